// y[i] = OPERATION of a[i] and b[i]
#include "functions.glsl"
layout(constant_id = 1) const uint OPERATION = 0;
layout(constant_id = 2) const uint FUNCTION = 0;

const uint ADD = 0;
const uint MULTIPLY = 1;
// b has one element a row
const uint MULTIPLY_ROW = 2;
const uint SCALE = 3;
const uint SOFT_CAP = 4;
const uint CLAMP = 5;
const uint XIELU = 6;
const uint ACTIVATE = 7;
const uint GATE = 8;
const uint POSITION_SCALE = 9;

layout(push_constant, scalar) uniform Arguments {
    uint64_t a;
    uint64_t b;
    uint64_t y;
    uint64_t step;
    uint width;
    uint elements;
    uint kind;
    float f0;
    float f1;
    float f2;
    float f3;
} p;

float apply(uint i) {
    float x = Floats(p.a).at[i];
    switch (OPERATION) {
        case ADD: return x + Floats(p.b).at[i];
        case MULTIPLY: return x * Floats(p.b).at[i];
        case MULTIPLY_ROW: return x * Floats(p.b).at[i / p.width];
        case SCALE: return x * p.f0;
        case SOFT_CAP: return p.f0 * tanhOf(x / p.f0);
        case CLAMP: return min(max(x, p.f0), p.f1);
        case XIELU: return x > 0 ? p.f0 * x * x + p.f2 * x : (expm1Of(min(x, p.f3)) - x) * p.f1 + p.f2 * x;
        case ACTIVATE: return activate(FUNCTION, x);
        case GATE: return gate(FUNCTION, x, Floats(p.b).at[i]);
        default:
            Step step = Step(p.step);
            float position = float(step.positions.at[tokenOf(step, p.kind, i / p.width)]);
            return x * (1 + p.f0 * log(1 + floor((position + p.f2) / p.f1)));
    }
}

void main() {
    for (uint k = 0; k < 8; k++) {
        uint i = (gl_WorkGroupID.x * 8 + k) * LANES + lane() + gl_WorkGroupID.y * (gl_NumWorkGroups.x * 8 * LANES);
        if (i < p.elements) {
            Floats(p.y).at[i] = apply(i);
        }
    }
}
