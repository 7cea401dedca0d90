// Softmax attention of one head of one token: a lane a position for the scores, a lane an element for the sums, which grow block by block
// (Milakov and Gimelshein 2018). Without a cache the positions are the step's own tokens; across, they are those that an encoder has filled.
#include "elements.glsl"
layout(constant_id = 1) const uint KEY_TYPE = 0;
layout(constant_id = 2) const uint VALUE_TYPE = 0;
layout(constant_id = 3) const uint KEY_SIZE = 64;
layout(constant_id = 4) const uint VALUE_SIZE = 64;
layout(constant_id = 5) const bool CACHED = true;
layout(constant_id = 6) const bool CAUSAL = true;
layout(constant_id = 7) const bool CHUNKED = false;
layout(constant_id = 8) const bool SPANS = false;
layout(constant_id = 9) const bool CROSS = false;
layout(constant_id = 10) const bool BIASED = false;

layout(push_constant, scalar) uniform Arguments {
    uint64_t q;
    uint64_t keys;
    uint64_t values;
    uint64_t sinks;
    uint64_t y;
    uint64_t step;
    uint64_t biases;
    uint64_t buckets;
    uint heads;
    uint kvHeads;
    uint blockTokens;
    int window;
    int farthest;
    float scale;
    float softCap;
    float alibi;
} p;

const uint PER_LANE = (VALUE_SIZE + LANES - 1) / LANES;
const float LOWEST = -3.0e38;

float slope(uint head) {
    uint n = 1u << findMSB(p.heads);
    float exponent = head < n ? float(head + 1) / float(n) : float(2 * (head - n) + 1) / float(2 * n);
    return exp2(-p.alibi * exponent);
}

// the number of a position's row of head kvHead
uint64_t place(Step step, uint sequence, uint kvHead, uint index) {
    if (CACHED) {
        uint block = uint(step.tables.at[sequence * step.tableStride + index / p.blockTokens]);
        return (uint64_t(block) * p.kvHeads + kvHead) * p.blockTokens + index % p.blockTokens;
    }
    return uint64_t(uint(step.firstToken.at[sequence]) + index) * p.kvHeads + kvHead;
}

float product(uint64_t q, uint64_t key) {
    float sum = 0;
    if (KEY_SIZE % 4 == 0) {
        for (uint i = 0; i < KEY_SIZE; i += 4) {
            Floats f = Floats(q + 4 * i);
            vec4 k = load4(KEY_TYPE, key, i);
            sum = fma(f.at[0], k.x, fma(f.at[1], k.y, fma(f.at[2], k.z, fma(f.at[3], k.w, sum))));
        }
        return sum;
    }
    for (uint i = 0; i < KEY_SIZE; i++) {
        sum = fma(Floats(q).at[i], load(KEY_TYPE, key, i), sum);
    }
    return sum;
}

void main() {
    uint head = gl_WorkGroupID.x;
    uint token = gl_WorkGroupID.y;
    uint kvHead = head / (p.heads / p.kvHeads);
    Step step = Step(p.step);
    uint sequence = uint(step.sequenceOf.at[token]);
    int firstToken = step.firstToken.at[sequence];
    int position = step.positions.at[token];
    int lowest = 0;
    if (p.window > 0) {
        lowest = CHUNKED ? position - position % p.window : max(0, position - (CAUSAL ? p.window - 1 : p.window / 2));
    }
    // what forms a whole with the token is seen by it, later positions too
    int highest = max(position, step.spanLast.at[token]);
    if (SPANS) {
        lowest = step.spanFirst.at[token];
        highest = step.spanLast.at[token];
    } else if (!CAUSAL) {
        highest = step.positions.at[firstToken + step.tokenCount.at[sequence] - 1];
        highest = p.window > 0 ? min(highest, position + p.window / 2) : highest;
    }
    if (CROSS) {
        highest = step.encoded.at[sequence] - 1;
    }
    uint begin = CACHED ? uint(lowest) : 0;
    uint end = CACHED ? uint(highest) + 1 : uint(step.tokenCount.at[sequence]);

    uint64_t q = p.q + 4ul * KEY_SIZE * (token * p.heads + head);
    uint keyBytes = rowBytes(KEY_TYPE, KEY_SIZE);
    uint valueBytes = rowBytes(VALUE_TYPE, VALUE_SIZE);
    // values that are part of keys are their last elements
    bool inKeys = p.values == 0;
    float most = p.sinks != 0 ? Floats(p.sinks).at[head] : LOWEST;
    float total = p.sinks != 0 ? 1 : 0;
    float bias = p.alibi == 0 ? 0 : slope(head);
    float sums[PER_LANE];
    for (uint k = 0; k < PER_LANE; k++) {
        sums[k] = 0;
    }
    for (uint base = begin; base < end; base += LANES) {
        uint index = base + lane();
        float score = LOWEST;
        bool visible = index < end;
        if (visible) {
            int at = CACHED ? int(index) : step.positions.at[firstToken + index];
            visible = at >= lowest && at <= highest;
            if (visible) {
                score = product(q, p.keys + place(step, sequence, kvHead, index) * keyBytes) * p.scale;
                if (p.softCap != 0) {
                    float e = exp(-2 * abs(score / p.softCap));
                    score = sign(score) * p.softCap * (1 - e) / (1 + e);
                }
                score -= bias * abs(float(at - position));
                if (BIASED) {
                    uint bucket = uint(Ints(p.buckets).at[clamp(at - position, -p.farthest, p.farthest) + p.farthest]);
                    score += Floats(p.biases).at[bucket * p.heads + head];
                }
            }
        }
        float next = max(most, subgroupMax(score));
        float shrink = exp(most - next);
        float weight = visible ? exp(score - next) : 0;
        most = next;
        total = fma(total, shrink, subgroupAdd(weight));
        for (uint k = 0; k < PER_LANE; k++) {
            sums[k] *= shrink;
        }
        uint count = min(LANES, end - base);
        for (uint j = 0; j < count; j++) {
            float w = subgroupShuffle(weight, j);
            uint64_t row = place(step, sequence, kvHead, base + j);
            row = inKeys ? p.keys + row * keyBytes + (keyBytes - valueBytes) : p.values + row * valueBytes;
            for (uint k = 0; k < PER_LANE; k++) {
                uint i = lane() + k * LANES;
                if (i < VALUE_SIZE) {
                    sums[k] = fma(w, load(VALUE_TYPE, row, i), sums[k]);
                }
            }
        }
    }
    Floats y = Floats(p.y + 4ul * VALUE_SIZE * (token * p.heads + head));
    for (uint k = 0; k < PER_LANE; k++) {
        uint i = lane() + k * LANES;
        if (i < VALUE_SIZE) {
            y.at[i] = sums[k] / total;
        }
    }
}
