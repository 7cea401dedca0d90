// The inputs of a step as the host packs them: a header of numbers and offsets, then the arrays. See StepUpload.java.
#pragma once

#include "device.cuh"

struct Step {
    const int* data;

    INLINE int sequences() const { return data[1]; }
    INLINE int id(int token) const { return data[data[3] + token]; }
    INLINE int position(int token) const { return data[data[4] + token]; }
    INLINE int sequence_of(int token) const { return data[data[5] + token]; }
    INLINE int output_row(int output) const { return data[data[6] + output]; }
    INLINE int first_token(int sequence) const { return data[data[7] + sequence]; }
    INLINE int token_count(int sequence) const { return data[data[8] + sequence]; }
    INLINE int slot(int sequence) const { return data[data[9] + sequence]; }
    INLINE const int* table(int sequence) const { return data + data[10] + sequence * data[11]; }

    // Where a token is on one of three axes, the span of positions that it is in, and what an encoder left for a sequence.
    INLINE int axis(int token, int axis) const { return data[data[12] + 3 * token + axis]; }
    INLINE int span_first(int token) const { return data[data[13] + token]; }
    INLINE int span_last(int token) const { return data[data[14] + token]; }
    INLINE int encoded(int sequence) const { return data[data[15] + sequence]; }

    // The token that a row is about: rows are tokens (0), outputs (1) or sequences (2).
    INLINE int token(int kind, int row) const { return kind == 0 ? row : kind == 1 ? output_row(row) : first_token(row); }
};
