// Whole rows by their length or spread: the length of another row, or what stands out of the row.
layout(constant_id = 1) const bool CUT = false;

layout(push_constant, scalar) uniform Arguments {
    uint64_t x;
    uint64_t like;
    uint64_t y;
    uint width;
    float factor;
} p;

void main() {
    uint64_t offset = 4ul * p.width * gl_WorkGroupID.y;
    Floats x = Floats(p.x + offset);
    Floats y = Floats(p.y + offset);
    if (CUT) {
        float sum = 0;
        for (uint i = lane(); i < p.width; i += LANES) {
            sum += x.at[i];
        }
        float mean = subgroupAdd(sum) / float(p.width);
        float spread = 0;
        for (uint i = lane(); i < p.width; i += LANES) {
            float d = x.at[i] - mean;
            spread = fma(d, d, spread);
        }
        float cut = mean + p.factor * sqrt(subgroupAdd(spread) / float(p.width - 1));
        for (uint i = lane(); i < p.width; i += LANES) {
            y.at[i] = max(0, x.at[i] - cut);
        }
        return;
    }
    Floats like = Floats(p.like + offset);
    float own = 0;
    float wanted = 0;
    for (uint i = lane(); i < p.width; i += LANES) {
        own = fma(x.at[i], x.at[i], own);
        wanted = fma(like.at[i], like.at[i], wanted);
    }
    own = subgroupAdd(own);
    wanted = subgroupAdd(wanted);
    float factor = own == 0 ? 0 : sqrt(wanted / own);
    for (uint i = lane(); i < p.width; i += LANES) {
        y.at[i] = x.at[i] * factor;
    }
}
