// One part of a row a workgroup: p / sqrt(mean(p^2) + epsilon) * weight, or with the mean taken off first.
layout(constant_id = 1) const bool CENTERED = false;

layout(push_constant, scalar) uniform Arguments {
    uint64_t x;
    uint64_t weight;
    uint64_t bias;
    uint64_t y;
    uint part;
    uint groups;
    uint weightShared;
    uint biasShared;
    float epsilon;
} p;

void main() {
    uint group = gl_WorkGroupID.x;
    uint64_t offset = 4ul * p.part * (gl_WorkGroupID.y * p.groups + group);
    Floats x = Floats(p.x + offset);
    Floats y = Floats(p.y + offset);
    float mean = 0;
    if (CENTERED) {
        float sum = 0;
        for (uint i = lane(); i < p.part; i += LANES) {
            sum += x.at[i];
        }
        mean = subgroupAdd(sum) / float(p.part);
    }
    float squares = 0;
    for (uint i = lane(); i < p.part; i += LANES) {
        float d = x.at[i] - mean;
        squares = fma(d, d, squares);
    }
    float factor = 1 / sqrt(subgroupAdd(squares) / float(p.part) + p.epsilon);
    Floats weight = Floats(p.weight + (p.weightShared != 0 ? 0 : 4 * p.part * group));
    Floats bias = Floats(p.bias + (p.biasShared != 0 ? 0 : 4 * p.part * group));
    for (uint i = lane(); i < p.part; i += LANES) {
        float v = (x.at[i] - mean) * factor;
        v *= p.weight == 0 ? 1 : weight.at[i];
        y.at[i] = v + (p.bias == 0 ? 0 : bias.at[i]);
    }
}
