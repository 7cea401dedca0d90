/**
 * Computes graphs on GPUs by Vulkan 1.2, with the system's loader through the foreign function interface and kernels in GLSL that the
 * build compiles to SPIR-V. The kernel finds {@link dev.runtime.backend.vulkan.VulkanBackend} as a service. Start reading at
 * {@code VulkanDevice}, then {@code VulkanProgram}.
 *
 * <p>Package {@code dispatch} knows nothing of Vulkan: it turns a graph into dispatches of the kernels, and is published to the backend for
 * Metal, whose kernels are made of the same SPIR-V.
 */
@SuppressWarnings("module")
module dev.runtime.backend.vulkan {
    requires dev.runtime.api;

    exports dev.runtime.backend.vulkan.dispatch to dev.runtime.backend.metal;

    provides dev.runtime.api.backend.Backend with dev.runtime.backend.vulkan.VulkanBackend;
}
