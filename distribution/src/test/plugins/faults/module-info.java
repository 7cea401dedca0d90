/** A plug-in whose parser fails on demand, so that tests see what clients get when something breaks in the middle of a reply. */
module org.example.faults {
    requires dev.runtime.api;

    provides dev.runtime.api.text.OutputParser with org.example.faults.FaultyParser;
}
