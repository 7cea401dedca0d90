// y[row][g * yPart + yStart + i] = x[from(row)][g * xPart + xStart + i] for i < size; or of the rows that came with the step
layout(constant_id = 1) const uint SOURCE = 0;

const uint SAME_ROW = 0;
const uint OUTPUT_ROW = 1;
const uint FIRST_ROW = 2;
const uint LAST_ROW = 3;
const uint MEAN_ROW = 4;
const uint GIVEN_ROW = 5;

layout(push_constant, scalar) uniform Arguments {
    uint64_t x;
    uint64_t y;
    uint64_t step;
    uint groups;
    uint size;
    uint xPart;
    uint xStart;
    uint yPart;
    uint yStart;
} p;

void main() {
    uint row = gl_WorkGroupID.y;
    uint i = gl_WorkGroupID.x * LANES + lane();
    if (i >= p.groups * p.size) {
        return;
    }
    uint g = i / p.size;
    uint from = g * p.xPart + p.xStart + i % p.size;
    uint to = g * p.yPart + p.yStart + i % p.size;
    Floats x = Floats(p.x);
    Floats y = Floats(p.y + 4ul * p.groups * p.yPart * row);
    uint64_t stride = 4ul * p.groups * p.xPart;
    Step step = Step(p.step);
    uint source = row;
    if (SOURCE == OUTPUT_ROW) {
        source = uint(step.outputRows.at[row]);
    } else if (SOURCE == FIRST_ROW) {
        source = uint(step.firstToken.at[row]);
    } else if (SOURCE == LAST_ROW) {
        source = uint(step.firstToken.at[row] + step.tokenCount.at[row] - 1);
    } else if (SOURCE == MEAN_ROW) {
        uint first = uint(step.firstToken.at[row]);
        uint count = uint(step.tokenCount.at[row]);
        float sum = 0;
        for (uint t = first; t < first + count; t++) {
            sum += Floats(p.x + stride * t).at[from];
        }
        y.at[to] = sum / float(count);
        return;
    }
    if (SOURCE == GIVEN_ROW) {
        y.at[to] = step.ids.at[row] < 0 ? step.rows.at[row * step.rowStride + from] : 0;
        return;
    }
    y.at[to] = Floats(p.x + stride * source).at[from];
}
