// Causal convolution of a channel along a sequence; the state is [taps - 1, channels], the oldest row first.
layout(push_constant, scalar) uniform Arguments {
    uint64_t x;
    uint64_t kernel;
    uint64_t bias;
    uint64_t y;
    uint64_t state;
    uint64_t step;
    uint channels;
    uint taps;
} p;

void main() {
    uint c = gl_WorkGroupID.x * LANES + lane();
    uint sequence = gl_WorkGroupID.y;
    if (c >= p.channels) {
        return;
    }
    Step step = Step(p.step);
    int first = step.firstToken.at[sequence];
    int count = step.tokenCount.at[sequence];
    Floats state = Floats(p.state + 4ul * p.channels * (p.taps - 1) * uint(step.stateSlots.at[sequence]));
    Floats kernel = Floats(p.kernel + 4ul * p.taps * c);
    int taps = int(p.taps);
    for (int t = 0; t < count; t++) {
        float sum = p.bias == 0 ? 0 : Floats(p.bias).at[c];
        for (int j = 0; j < taps; j++) {
            int from = t - taps + 1 + j;
            float v = from >= 0 ? Floats(p.x + 4ul * p.channels * uint(first + from)).at[c] : state.at[(taps - 1 + from) * p.channels + c];
            sum = fma(kernel.at[j], v, sum);
        }
        Floats(p.y + 4ul * p.channels * uint(first + t)).at[c] = sum;
    }
    for (int j = 0; j < taps - 1; j++) {
        int from = count - taps + 1 + j;
        state.at[j * p.channels + c] = from >= 0 ? Floats(p.x + 4ul * p.channels * uint(first + from)).at[c]
                : state.at[(taps - 1 + from) * p.channels + c];
    }
}
