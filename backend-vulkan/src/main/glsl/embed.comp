// variants: weights
// y[row] = scale * table[index(row)], or the row that came with the step.
layout(constant_id = 1) const bool WHOLE = true;

const uint INDEX_TOKEN = 0;
const uint INDEX_POSITION = 1;
const uint INDEX_FIRST = 2;
const uint INDEX_ROW = 3;

layout(push_constant, scalar) uniform Arguments {
    uint64_t step;
    uint64_t table;
    uint64_t y;
    uint rowBytes;
    uint width;
    uint index;
    float scale;
} p;

void main() {
    uint row = gl_WorkGroupID.y;
    uint i = 8 * (gl_WorkGroupID.x * LANES + lane());
    if (i >= p.width) {
        return;
    }
    Floats y = Floats(p.y + 4ul * p.width * row);
    uint index = 0;
    if (p.index == INDEX_TOKEN) {
        Step step = Step(p.step);
        int id = step.ids.at[row];
        if (id < 0) {
            for (uint k = i; k < min(i + 8, p.width); k++) {
                y.at[k] = step.rows.at[row * step.rowStride + k];
            }
            return;
        }
        index = uint(id);
    } else if (p.index == INDEX_POSITION) {
        index = uint(Step(p.step).positions.at[row]);
    } else if (p.index == INDEX_ROW) {
        index = row;
    }
    uint64_t weights = p.table + uint64_t(p.rowBytes) * index;
#if WEIGHT == F32 || WEIGHT == F16 || WEIGHT == BF16
    if (!WHOLE) {
        for (uint k = i; k < min(i + 8, p.width); k++) {
            y.at[k] = element(weights, k) * p.scale;
        }
        return;
    }
#endif
    float w[8];
    eight(weights, i, w);
    [[unroll]] for (uint k = 0; k < 8; k++) {
        y.at[i + k] = w[k] * p.scale;
    }
}
