package dev.runtime.backend.metal.ffi;

import java.lang.foreign.MemorySegment;

/** The messages that are sent, each registered once. */
enum Selector {
    ALLOC("alloc"),
    INIT("init"),
    RELEASE("release"),
    COUNT("count"),
    OBJECT_AT_INDEX("objectAtIndex:"),
    STRING("stringWithUTF8String:"),
    UTF8("UTF8String"),
    DESCRIPTION("localizedDescription"),
    CODE("code"),
    NAME("name"),
    SUPPORTS_FAMILY("supportsFamily:"),
    WORKING_SET("recommendedMaxWorkingSetSize"),
    ALLOCATED("currentAllocatedSize"),
    LARGEST_BUFFER("maxBufferLength"),
    NEW_QUEUE("newCommandQueue"),
    NEW_BUFFER("newBufferWithLength:options:"),
    CONTENTS("contents"),
    GPU_ADDRESS("gpuAddress"),
    SET_LANGUAGE("setLanguageVersion:"),
    SET_FAST_MATH("setFastMathEnabled:"),
    NEW_LIBRARY("newLibraryWithSource:options:error:"),
    NEW_FUNCTION("newFunctionWithName:"),
    NEW_PIPELINE("newComputePipelineStateWithFunction:error:"),
    EXECUTION_WIDTH("threadExecutionWidth"),
    COMMAND_BUFFER("commandBuffer"),
    ENCODER("computeCommandEncoderWithDispatchType:"),
    USE_RESOURCES("useResources:count:usage:"),
    SET_PIPELINE("setComputePipelineState:"),
    SET_BYTES("setBytes:length:atIndex:"),
    DISPATCH("dispatchThreadgroups:threadsPerThreadgroup:"),
    BARRIER("memoryBarrierWithScope:"),
    END_ENCODING("endEncoding"),
    COMMIT("commit"),
    WAIT("waitUntilCompleted"),
    STATUS("status"),
    ERROR("error");

    private final String text;
    private final MemorySegment pointer;

    Selector(String text) {
        this.text = text;
        pointer = Messages.selector(text);
    }

    /** Returns the message's name. */
    String text() {
        return text;
    }

    MemorySegment pointer() {
        return pointer;
    }
}
