/** A device that computes as another one does, and counts. */
module org.example.counting {
    requires dev.runtime.api;

    provides dev.runtime.api.backend.Backend with org.example.counting.CountingBackend;
}
