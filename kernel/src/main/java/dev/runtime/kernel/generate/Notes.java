package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.util.ArrayList;
import java.util.List;

/** What a reply says about itself: what was ignored, cut or replaced. For one thread. */
final class Notes {
    /** Parsers and templates write notes too; a reply that goes wrong again and again is described well enough by so many. */
    private static final int MOST = 50;

    private final boolean strict;
    private final List<String> texts = new ArrayList<>();

    Notes(boolean strict) {
        this.strict = strict;
    }

    /** Says something about the reply. */
    void add(String text) {
        if (texts.size() < MOST && !texts.contains(text)) {
            texts.add(text);
        }
    }

    /**
     * Says that a part of the request has no effect.
     *
     * @throws RuntimeFailure with {@code request.invalid} in strict mode
     */
    void ignored(String text) {
        if (strict) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, text + " (refused because the server is strict)");
        }
        add(text);
    }

    List<String> texts() {
        return List.copyOf(texts);
    }
}
