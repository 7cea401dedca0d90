// Rotates pairs of each head. A frequency is a fraction of a turn in 64 bits, so the product with a position wraps exactly, and sine and
// cosine of what is left are polynomials: the same on all devices, at any position.
layout(constant_id = 1) const bool ADJACENT = false;
// whether the last two bits of a frequency are the number of the axis that its pair turns by
layout(constant_id = 2) const bool AXES = false;

layout(push_constant, scalar) uniform Arguments {
    uint64_t x;
    uint64_t y;
    uint64_t step;
    uint64_t turns;
    uint heads;
    uint size;
    uint start;
    uint dims;
    uint kind;
    float magnitude;
} p;

// cosine and sine of a fraction of a turn
vec2 rotation(uint64_t turns) {
    uint quadrant = uint(turns + 0x2000000000000000ul >> 62);
    int64_t rest = int64_t(turns) - int64_t(uint64_t(quadrant) << 62);
    float a = float(int(rest >> 32)) * 1.4629180792671596e-9;
    float q = a * a;
    float sine = a * (1 + q * (-1.6666666666e-1 + q * (8.3333333e-3 + q * (-1.98412698e-4 + q * 2.7557319e-6))));
    float cosine = 1 + q * (-0.5 + q * (4.16666666e-2 + q * (-1.388888889e-3 + q * (2.48015873e-5 - q * 2.7557319e-7))));
    vec2 r = (quadrant & 1) == 0 ? vec2(cosine, sine) : vec2(-sine, cosine);
    return (quadrant & 2) == 0 ? r : -r;
}

void main() {
    uint row = gl_WorkGroupID.y;
    uint pairs = p.dims / 2;
    uint width = p.heads * p.size;
    Step step = Step(p.step);
    uint token = tokenOf(step, p.kind, row);
    uint position = uint(step.positions.at[token]);
    Floats x = Floats(p.x + 4ul * width * row);
    Floats y = Floats(p.y + 4ul * width * row);
    for (uint i = gl_WorkGroupID.x * LANES + lane(); i < p.heads * pairs; i += gl_NumWorkGroups.x * LANES) {
        uint j = i % pairs;
        uint head = i / pairs * p.size + p.start;
        uint64_t turns = Longs(p.turns).at[j];
        if (AXES) {
            position = uint(step.axes.at[3 * token + uint(turns & 3ul)]);
            turns -= turns & 3ul;
        }
        vec2 r = rotation(turns * position) * p.magnitude;
        uint first = head + (ADJACENT ? 2 * j : j);
        uint second = first + (ADJACENT ? 1 : pairs);
        float a = x.at[first];
        float b = x.at[second];
        y.at[first] = a * r.x - b * r.y;
        y.at[second] = a * r.y + b * r.x;
    }
    // what is not rotated passes through
    for (uint i = gl_WorkGroupID.x * LANES + lane(); i < width && p.dims < p.size; i += gl_NumWorkGroups.x * LANES) {
        uint at = i % p.size;
        if (at < p.start || at >= p.start + p.dims) {
            y.at[i] = x.at[i];
        }
    }
}
