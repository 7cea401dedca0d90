package dev.runtime.plugin.dialect;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * A reply that is written while it comes into being, each part in one flush. It begins with its first part, so that whatever fails
 * before that has an HTTP status of its own. For the thread of the request.
 */
public final class LiveReply {
    /** The media type of server-sent events. */
    public static final String EVENTS = "text/event-stream";
    private static final System.Logger LOG = System.getLogger("dev.runtime.dialect");

    private final HttpExchange exchange;
    private final String contentType;
    private final List<String> notes;
    private OutputStream out;

    /**
     * Creates a reply that has not begun.
     *
     * @param notes what the header says about the request
     */
    public LiveReply(HttpExchange exchange, String contentType, List<String> notes) {
        this.exchange = exchange;
        this.contentType = contentType;
        this.notes = List.copyOf(notes);
    }

    /**
     * Runs what writes this reply.
     *
     * @param work writes parts
     * @param failed writes a failure as the last part, once the reply has begun
     * @throws RuntimeException what the work threw before the reply began
     * @throws IOException if the client is gone
     */
    public void run(Runnable work, Consumer<RuntimeFailure> failed) throws IOException {
        try {
            try {
                work.run();
            } catch (RuntimeException e) {
                if (out == null || e instanceof UncheckedIOException) {
                    throw e;
                }
                failed.accept(known(e));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static RuntimeFailure known(RuntimeException e) {
        if (e instanceof RuntimeFailure failure) {
            return failure;
        }
        LOG.log(System.Logger.Level.ERROR, "a generation failed", e);
        return new RuntimeFailure(ErrorCode.INTERNAL, "internal error; the server's log says more", e);
    }

    /**
     * Writes a value as a line.
     *
     * @throws UncheckedIOException if the client is gone
     */
    public void line(Object value) {
        write("", JsonText.write(value), "\n");
    }

    /**
     * Writes a value as an event without a name.
     *
     * @throws UncheckedIOException if the client is gone
     */
    public void data(Object value) {
        write("data: ", JsonText.write(value), "\n\n");
    }

    /**
     * Writes a value as an event.
     *
     * @param name plain letters
     * @throws UncheckedIOException if the client is gone
     */
    public void event(String name, Object value) {
        write("event: " + name + "\ndata: ", JsonText.write(value), "\n\n");
    }

    /**
     * Writes the word that ends some streams.
     *
     * @throws UncheckedIOException if the client is gone
     */
    public void done() {
        write("data: ", "[DONE]".getBytes(StandardCharsets.US_ASCII), "\n\n");
    }

    private void write(String before, byte[] json, String after) {
        try {
            if (out == null) {
                Replies.note(exchange, notes);
                if (contentType.equals(EVENTS)) {
                    exchange.replyHeader("Cache-Control", "no-cache");
                }
                out = exchange.output(200, contentType);
            }
            out.write(before.getBytes(StandardCharsets.US_ASCII));
            out.write(json);
            out.write(after.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
