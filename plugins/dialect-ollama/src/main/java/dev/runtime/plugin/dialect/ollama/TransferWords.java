package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.source.TransferEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/** The words for the steps of a transfer, which clients show, and some compare. */
enum TransferWords {
    /** Of what comes. */
    PULL("pulling", "pulling manifest", "writing manifest"),
    /** Of what goes. */
    PUSH("pushing", "retrieving manifest", "pushing manifest");

    private static final int SHORT_DIGEST = 12;

    private final String verb;
    private final String reading;
    private final String writing;

    TransferWords(String verb, String reading, String writing) {
        this.verb = verb;
        this.reading = reading;
        this.writing = writing;
    }

    /** Returns a step as an object of the reply. */
    Map<String, Object> line(TransferEvent event) {
        Map<String, Object> line = new LinkedHashMap<>();
        switch (event) {
            case TransferEvent.Reached(TransferEvent.Stage stage) -> line.put("status", switch (stage) {
                case READING_MANIFEST -> reading;
                case VERIFYING -> "verifying sha256 digest";
                case WRITING_MANIFEST -> writing;
                case REMOVING_UNUSED -> "removing unused layers";
                case DONE -> "success";
            });
            case TransferEvent.Moved(String digest, long total, long completed) -> {
                int hex = digest.indexOf(':') + 1;
                line.put("status", verb + " " + digest.substring(hex, Math.min(digest.length(), hex + SHORT_DIGEST)));
                line.put("digest", digest);
                ReplyObjects.putUnlessZero(line, "total", total);
                ReplyObjects.putUnlessZero(line, "completed", completed);
            }
        }
        return line;
    }
}
