// Element-wise functions. exp and log are the device's; what it may compute coarsely (tanh, erf) is made of them.
const uint SILU = 0;
const uint GELU_TANH = 1;
const uint GELU_TANH_HALF = 2;
const uint GELU_ERF = 3;
const uint GELU_QUICK = 4;
const uint RELU = 5;
const uint RELU_SQUARED = 6;
const uint SIGMOID = 7;
const uint TANH = 8;
const uint SOFTPLUS = 9;
const uint EXP = 10;
const uint SWIGLU_CLAMPED = 11;

// (1 - e^-2|z|) / (1 + e^-2|z|); near 0, where that cancels, its series
float tanhOf(float z) {
    float a = abs(z);
    if (a < 0.25) {
        float q = z * z;
        return z * (1 + q * (-1.0 / 3 + q * (2.0 / 15 + q * (-17.0 / 315 + q * (62.0 / 2835 - q * 1382.0 / 155925)))));
    }
    float e = exp(-2 * a);
    return sign(z) * (1 - e) / (1 + e);
}

float expm1Of(float z) {
    if (abs(z) < 0.25) {
        return z * (1 + z / 2 * (1 + z / 3 * (1 + z / 4 * (1 + z / 5 * (1 + z / 6 * (1 + z / 7))))));
    }
    return exp(z) - 1;
}

float log1pOf(float z) {
    if (abs(z) < 0.05) {
        return z * (1 - z * (1.0 / 2 - z * (1.0 / 3 - z * (1.0 / 4 - z * (1.0 / 5 - z / 6)))));
    }
    return log(1 + z);
}

// below 2 the series of Abramowitz and Stegun 7.1.6, whose terms have one sign; above the continued fraction 7.1.14
float erfOf(float z) {
    float a = abs(z);
    float result = 1;
    if (a < 2) {
        float term = a;
        float sum = a;
        for (int n = 1; n < 28; n++) {
            term *= 2 * a * a / float(2 * n + 1);
            sum += term;
        }
        result = 1.1283791671 * exp(-a * a) * sum;
    } else if (a < 5) {
        float fraction = a;
        for (int n = 24; n > 0; n--) {
            fraction = a + 0.5 * float(n) / fraction;
        }
        result = 1 - 0.5641895835 * exp(-a * a) / fraction;
    }
    return sign(z) * result;
}

float geluOf(float z) {
    return 0.5 * z * (1 + tanhOf(0.7978845608 * (z + 0.044715 * z * z * z)));
}

float halfOf(float z) {
    return half1(halfBits(z));
}

float activate(uint function, float z) {
    switch (function) {
        case SILU: return z / (1 + exp(-z));
        case GELU_TANH: return geluOf(z);
        case GELU_TANH_HALF: return halfOf(geluOf(halfOf(z)));
        case GELU_ERF: return 0.5 * z * (1 + erfOf(z * 0.7071067812));
        case GELU_QUICK: return z / (1 + exp(-1.702 * z));
        case RELU: return max(z, 0);
        case RELU_SQUARED: return max(z, 0) * max(z, 0);
        case SIGMOID: return 1 / (1 + exp(-z));
        case TANH: return tanhOf(z);
        case SOFTPLUS: return z > 20 ? z : log1pOf(exp(z));
        default: return exp(z);
    }
}

float gate(uint function, float gate, float up) {
    if (function == SWIGLU_CLAMPED) {
        float g = min(gate, 7);
        return g / (1 + exp(-1.702 * g)) * (clamp(up, -7, 7) + 1);
    }
    return activate(function, gate) * up;
}
