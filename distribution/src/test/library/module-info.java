/** A program that uses the kernel as a library, without HTTP. */
module org.example.library {
    requires dev.runtime.kernel;
}
