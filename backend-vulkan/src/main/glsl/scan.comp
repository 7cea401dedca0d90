// Selective state space scan: a workgroup an element of a head of a sequence, its lanes the states.
layout(push_constant, scalar) uniform Arguments {
    uint64_t x;
    uint64_t dt;
    uint64_t b;
    uint64_t c;
    uint64_t a;
    uint64_t d;
    uint64_t y;
    uint64_t state;
    uint64_t step;
    uint heads;
    uint headSize;
    uint states;
    uint groups;
    uint perState;
} p;

void main() {
    uint element = gl_WorkGroupID.x;
    uint sequence = gl_WorkGroupID.y;
    uint head = element / p.headSize;
    uint group = head / (p.heads / p.groups);
    uint width = p.heads * p.headSize;
    Step step = Step(p.step);
    uint first = uint(step.firstToken.at[sequence]);
    uint end = first + uint(step.tokenCount.at[sequence]);
    Floats state = Floats(p.state + 4ul * p.states * (uint64_t(width) * uint(step.stateSlots.at[sequence]) + element));
    Floats a = Floats(p.a + 4 * head * (p.perState != 0 ? p.states : 1));
    float through = Floats(p.d).at[head];
    for (uint t = first; t < end; t++) {
        float rate = Floats(p.dt + 4ul * p.heads * t).at[head];
        float value = Floats(p.x + 4ul * width * t).at[element];
        uint64_t row = 4ul * p.states * (uint64_t(p.groups) * t + group);
        float sum = 0;
        for (uint n = lane(); n < p.states; n += LANES) {
            float next = exp(rate * a.at[p.perState != 0 ? n : 0]) * state.at[n] + rate * Floats(p.b + row).at[n] * value;
            state.at[n] = next;
            sum = fma(Floats(p.c + row).at[n], next, sum);
        }
        sum = subgroupAdd(sum);
        if (lane() == 0) {
            Floats(p.y + 4ul * width * t).at[element] = fma(through, value, sum);
        }
    }
}
