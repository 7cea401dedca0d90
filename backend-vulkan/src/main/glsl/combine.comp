// y[row] = sum over the row's experts of weight * x[pair]; the weight is 1 where it was in the input already
layout(push_constant, scalar) uniform Arguments {
    uint64_t x;
    uint64_t route;
    uint64_t y;
    uint width;
    uint used;
    uint weighted;
} p;

void main() {
    uint row = gl_WorkGroupID.y;
    uint i = gl_WorkGroupID.x * LANES + lane();
    if (i >= p.width) {
        return;
    }
    Floats weights = Floats(p.route + 4ul * p.used * (2 * row + 1));
    float sum = 0;
    for (uint k = 0; k < p.used; k++) {
        float x = Floats(p.x + 4ul * p.width * (row * p.used + k)).at[i];
        sum = fma(p.weighted != 0 ? weights.at[k] : 1, x, sum);
    }
    Floats(p.y + 4ul * p.width * row).at[i] = sum;
}
