/** A program that loads, asks and unloads a model on a GPU again and again. */
module org.example.leaks {
    requires java.logging;
    requires dev.runtime.kernel;
    requires dev.runtime.backend.vulkan;
}
