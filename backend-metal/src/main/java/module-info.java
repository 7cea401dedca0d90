/**
 * Computes graphs on Apple's GPUs by Metal 3, through the Objective-C runtime by the foreign function interface. The kernels are those of the
 * backend for Vulkan, translated to Metal's language by the build; that backend publishes what turns a graph into dispatches of them.
 * Not yet run on hardware: the tests drive it against a stand-in for the runtime that compiles the translated kernels for the processor.
 * The kernel finds {@link dev.runtime.backend.metal.MetalBackend} as a service. Start reading at {@code MetalDevice}, then
 * {@code MetalProgram}.
 */
module dev.runtime.backend.metal {
    requires dev.runtime.api;
    requires dev.runtime.backend.vulkan;

    provides dev.runtime.api.backend.Backend with dev.runtime.backend.metal.MetalBackend;
}
