// Chooses experts of a row: gates, scores, the best ones, their weights.
layout(constant_id = 1) const uint EXPERTS = 8;
layout(constant_id = 2) const uint GROUPS = 1;
layout(constant_id = 3) const uint GATING = 0;

const uint SOFTMAX = 0;
const uint SIGMOID = 1;
const uint SOFTMAX_CHOSEN = 2;
const float NEVER = -3.4e38;
const float SMALLEST_SUM = 6.103515625e-5;

layout(push_constant, scalar) uniform Arguments {
    uint64_t logits;
    uint64_t bias;
    uint64_t factors;
    uint64_t y;
    uint used;
    uint groupsUsed;
    uint normalize;
    float scale;
} p;

shared float gates[EXPERTS];
shared float scores[EXPERTS];
shared float sums[GROUPS];

// the index of the largest score, the smallest of equal ones
uint best(uint from, uint to) {
    float value = NEVER;
    uint index = to - 1;
    for (uint e = from + lane(); e < to; e += LANES) {
        if (scores[e] > value) {
            value = scores[e];
            index = e;
        }
    }
    float most = subgroupMax(value);
    return subgroupMin(value == most ? index : to - 1);
}

void dropGroups() {
    uint size = EXPERTS / GROUPS;
    for (uint g = 0; g < GROUPS; g++) {
        uint first = best(g * size, (g + 1) * size);
        float value = scores[first];
        barrier();
        scores[first] = NEVER;
        barrier();
        float second = size == 1 ? 0 : scores[best(g * size, (g + 1) * size)];
        barrier();
        scores[first] = value;
        sums[g] = value + second;
        barrier();
    }
    for (uint i = 0; i < p.groupsUsed; i++) {
        uint chosen = 0;
        for (uint g = 1; g < GROUPS; g++) {
            chosen = sums[g] > sums[chosen] ? g : chosen;
        }
        barrier();
        sums[chosen] = NEVER;
        barrier();
    }
    for (uint e = lane(); e < EXPERTS; e += LANES) {
        if (sums[e / size] != NEVER) {
            scores[e] = NEVER;
        }
    }
    barrier();
}

void main() {
    uint row = gl_WorkGroupID.y;
    Floats logits = Floats(p.logits + 4ul * EXPERTS * row);
    Floats y = Floats(p.y + 8ul * p.used * row);
    float most = NEVER;
    for (uint e = lane(); e < EXPERTS; e += LANES) {
        most = max(most, logits.at[e]);
    }
    most = subgroupMax(most);
    float sum = 0;
    for (uint e = lane(); e < EXPERTS; e += LANES) {
        float z = logits.at[e];
        gates[e] = GATING == SOFTMAX ? exp(z - most) : GATING == SIGMOID ? 1 / (1 + exp(-z)) : z;
        sum += gates[e];
    }
    sum = GATING == SOFTMAX ? subgroupAdd(sum) : 1;
    for (uint e = lane(); e < EXPERTS; e += LANES) {
        gates[e] /= sum;
        scores[e] = gates[e] + (p.bias == 0 ? 0 : Floats(p.bias).at[e]);
    }
    barrier();
    if (GROUPS > 1) {
        dropGroups();
    }
    float chosen = 0;
    float largest = 0;
    for (uint i = 0; i < p.used; i++) {
        uint e = best(0, EXPERTS);
        barrier();
        scores[e] = NEVER;
        barrier();
        largest = i == 0 ? gates[e] : max(largest, gates[e]);
        chosen += gates[e];
        if (lane() == 0) {
            y.at[i] = float(e);
            y.at[p.used + i] = gates[e];
        }
    }
    float exponentials = 0;
    for (uint i = 0; i < p.used && GATING == SOFTMAX_CHOSEN; i++) {
        exponentials += exp(gates[uint(subgroupBroadcastFirst(y.at[i]))] - largest);
    }
    for (uint i = 0; i < p.used; i++) {
        if (lane() == 0) {
            uint e = uint(y.at[i]);
            float weight = GATING == SOFTMAX_CHOSEN ? exp(gates[e] - largest) / exponentials : gates[e];
            weight = p.normalize != 0 ? weight / max(chosen, SMALLEST_SUM) : weight;
            y.at[p.used + i] = weight * p.scale * (p.factors == 0 ? 1 : Floats(p.factors).at[e]);
        }
    }
}
