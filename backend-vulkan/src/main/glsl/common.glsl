// What all kernels share. A workgroup is one subgroup (constant 0), so lanes talk by subgroup operations and need no barrier.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_8bit_storage : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_KHR_shader_subgroup_ballot : require

layout(local_size_x_id = 0, local_size_y = 1, local_size_z = 1) in;

layout(buffer_reference, scalar, buffer_reference_align = 1) buffer Bytes { uint8_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 2) buffer Shorts { uint16_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Words { uint at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Ints { int at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Floats { float at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 16) buffer Quads { vec4 at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer Longs { uint64_t at[]; };

// The inputs of a step: as StepMemory lays them out.
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer Step {
    Ints ids;
    Ints positions;
    Ints sequenceOf;
    Ints outputRows;
    Ints firstToken;
    Ints tokenCount;
    Ints stateSlots;
    Ints tables;
    Floats rows;
    Ints axes;
    Ints spanFirst;
    Ints spanLast;
    Ints encoded;
    uint tableStride;
    uint rowStride;
};

const uint ROWS_TOKENS = 0;
const uint ROWS_OUTPUTS = 1;
const uint ROWS_SEQUENCES = 2;

const uint LANES = gl_WorkGroupSize.x;

uint lane() {
    return gl_LocalInvocationID.x;
}

// The token that a row is about; of a sequence, its first.
uint tokenOf(Step step, uint kind, uint row) {
    if (kind == ROWS_OUTPUTS) {
        return uint(step.outputRows.at[row]);
    }
    return kind == ROWS_SEQUENCES ? uint(step.firstToken.at[row]) : row;
}

float half1(uint bits) {
    return unpackHalf2x16(bits).x;
}

// Rounds to the nearest binary16, ties to even, the same on all devices.
uint halfBits(float x) {
    uint bits = floatBitsToUint(x);
    uint sign = bits >> 16 & 0x8000u;
    uint magnitude = bits & 0x7FFFFFFFu;
    if (magnitude >= 0x47800000u) {
        return sign | (magnitude > 0x7F800000u ? 0x7E00u : 0x7C00u);
    }
    if (magnitude < 0x38800000u) {
        return sign | uint(roundEven(uintBitsToFloat(magnitude) * 16777216.0));
    }
    return sign | (magnitude - 0x38000000u + 0xFFFu + (magnitude >> 13 & 1u)) >> 13;
}
