// variants: weights
// y[c][o] = W[o] . x[c] (+ bias), or y[c][o] += scale * W[o] . x[c]. The sum of a result runs in the same order whatever COLUMNS is.
// With a route, column c is a pair of a row and one of its experts; with heads, part z of a row meets matrix z.
layout(constant_id = 1) const uint ROWS = 1;
layout(constant_id = 2) const uint COLUMNS = 1;
// whether a row of weights is a multiple of 8 elements
layout(constant_id = 3) const bool WHOLE = true;

layout(push_constant, scalar) uniform Arguments {
    uint64_t x;
    uint64_t w;
    uint64_t y;
    uint64_t bias;
    uint64_t route;
    uint64_t matrixBytes;
    uint rowBytes;
    uint inputs;
    uint outputs;
    uint columns;
    uint xStride;
    uint yStride;
    uint used;
    uint xShare;
    uint matrices;
    uint accumulate;
    uint scaleByRoute;
    float scale;
} p;

void inputs8(uint64_t row, uint i, out float v[8]) {
    if (WHOLE) {
        Quads q = Quads(row + 4 * i);
        vec4 a = q.at[0];
        vec4 b = q.at[1];
        [[unroll]] for (uint k = 0; k < 4; k++) {
            v[k] = a[k];
            v[4 + k] = b[k];
        }
    } else {
        [[unroll]] for (uint k = 0; k < 8; k++) {
            v[k] = i + k < p.inputs ? Floats(row).at[i + k] : 0;
        }
    }
}

void weights8(uint64_t row, uint i, out float v[8]) {
#if WEIGHT == F32 || WEIGHT == F16 || WEIGHT == BF16
    if (!WHOLE) {
        [[unroll]] for (uint k = 0; k < 8; k++) {
            v[k] = i + k < p.inputs ? element(row, i + k) : 0;
        }
        return;
    }
#endif
    eight(row, i, v);
}

void rows(uint firstRow) {
    uint firstColumn = gl_WorkGroupID.y * COLUMNS;
    uint matrix = gl_WorkGroupID.z;
    uint64_t x = p.x + 4 * matrix * p.inputs;
    uint64_t y = p.y + 4 * matrix * p.outputs;
    float factor = p.scale;
    if (p.route != 0) {
        Floats route = Floats(p.route + 8ul * p.used * (firstColumn / p.used));
        matrix = min(uint(route.at[firstColumn % p.used]), p.matrices - 1);
        if (p.scaleByRoute != 0) {
            factor *= route.at[p.used + firstColumn % p.used];
        }
    }
    uint64_t w = p.w + p.matrixBytes * matrix;
    uint64_t places[ROWS];
    [[unroll]] for (uint r = 0; r < ROWS; r++) {
        places[r] = w + uint64_t(p.rowBytes) * min(firstRow + r, p.outputs - 1);
    }
    uint64_t inputs[COLUMNS];
    float sums[ROWS][COLUMNS];
    [[unroll]] for (uint c = 0; c < COLUMNS; c++) {
        inputs[c] = x + 4ul * p.xStride * (min(firstColumn + c, p.columns - 1) / p.xShare);
        [[unroll]] for (uint r = 0; r < ROWS; r++) {
            sums[r][c] = 0;
        }
    }
    for (uint i = 8 * lane(); i < p.inputs; i += 8 * LANES) {
        float weights[ROWS][8];
        [[unroll]] for (uint r = 0; r < ROWS; r++) {
            weights8(places[r], i, weights[r]);
        }
        [[unroll]] for (uint c = 0; c < COLUMNS; c++) {
            float v[8];
            inputs8(inputs[c], i, v);
            [[unroll]] for (uint r = 0; r < ROWS; r++) {
                [[unroll]] for (uint k = 0; k < 8; k++) {
                    sums[r][c] = fma(weights[r][k], v[k], sums[r][c]);
                }
            }
        }
    }
    [[unroll]] for (uint r = 0; r < ROWS; r++) {
        uint o = firstRow + r;
        [[unroll]] for (uint c = 0; c < COLUMNS; c++) {
            float sum = subgroupAdd(sums[r][c]) * factor;
            uint column = firstColumn + c;
            if (lane() == 0 && o < p.outputs && column < p.columns) {
                Floats result = Floats(y + 4ul * p.yStride * column);
                if (p.bias != 0) {
                    sum += Floats(p.bias).at[(p.route != 0 ? matrix * p.outputs : 0) + o];
                }
                result.at[o] = p.accumulate != 0 ? result.at[o] + sum : sum;
            }
        }
    }
}

void main() {
    for (uint row = gl_WorkGroupID.x * ROWS; row < p.outputs; row += gl_NumWorkGroups.x * ROWS) {
        rows(row);
    }
}
