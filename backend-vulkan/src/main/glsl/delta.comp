// Gated delta rule: a workgroup a row of the state of a value head of a sequence, its lanes the elements of the key.
layout(push_constant, scalar) uniform Arguments {
    uint64_t q;
    uint64_t k;
    uint64_t v;
    uint64_t g;
    uint64_t beta;
    uint64_t y;
    uint64_t state;
    uint64_t step;
    uint keyHeads;
    uint valueHeads;
    uint keySize;
    uint valueSize;
    uint tiled;
} p;

void main() {
    uint element = gl_WorkGroupID.x;
    uint sequence = gl_WorkGroupID.y;
    uint head = element / p.valueSize;
    uint keyHead = p.tiled != 0 ? head % p.keyHeads : head / (p.valueHeads / p.keyHeads);
    uint width = p.valueHeads * p.valueSize;
    Step step = Step(p.step);
    uint first = uint(step.firstToken.at[sequence]);
    uint end = first + uint(step.tokenCount.at[sequence]);
    Floats state = Floats(p.state + 4ul * p.keySize * (uint64_t(width) * uint(step.stateSlots.at[sequence]) + element));
    for (uint t = first; t < end; t++) {
        uint64_t row = 4ul * p.keySize * (uint64_t(p.keyHeads) * t + keyHead);
        Floats key = Floats(p.k + row);
        Floats query = Floats(p.q + row);
        float decay = Floats(p.g + 4ul * p.valueHeads * t).at[head];
        float known = 0;
        for (uint j = lane(); j < p.keySize; j += LANES) {
            known = fma(decay * state.at[j], key.at[j], known);
        }
        float value = Floats(p.v + 4ul * width * t).at[element];
        float update = Floats(p.beta + 4ul * p.valueHeads * t).at[head] * (value - subgroupAdd(known));
        float sum = 0;
        for (uint j = lane(); j < p.keySize; j += LANES) {
            float next = fma(update, key.at[j], decay * state.at[j]);
            state.at[j] = next;
            sum = fma(next, query.at[j], sum);
        }
        sum = subgroupAdd(sum);
        if (lane() == 0) {
            Floats(p.y + 4ul * width * t).at[element] = sum;
        }
    }
}
