package dev.runtime.plugin.cli.progress;

import dev.runtime.plugin.cli.client.TransferEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Shows a server's progress events: a bar for each layer, a spinner for each step without an amount. */
public final class TransferProgress implements Consumer<TransferEvent> {
    private static final int SHORT_DIGEST = 12;
    private static final String PULLING = "pulling ";

    private final Progress display;
    private final Map<String, ProgressBar> bars = new HashMap<>();
    private Optional<Spinner> spinner = Optional.empty();
    private String status = "";

    /** Creates; the display stays its owner's to close. */
    public TransferProgress(Progress display) {
        this.display = display;
    }

    @Override
    public void accept(TransferEvent event) {
        if (!event.digest().isEmpty()) {
            layer(event);
        } else if (!event.status().equals(status)) {
            status = event.status();
            stop();
            spinner = Optional.of(display.spinner(status));
        }
        if (event.status().equals(TransferEvent.SUCCESS)) {
            stop();
        }
    }

    /** Ends the step shown last, as when the transfer ends. */
    public void stop() {
        spinner.ifPresent(Spinner::stop);
        spinner = Optional.empty();
    }

    private void layer(TransferEvent event) {
        ProgressBar known = bars.get(event.digest());
        // the first event of a download has nothing done yet: a bar shows when there is something in it
        if (event.total() <= 0 || event.completed() <= 0 && known == null) {
            return;
        }
        stop();
        ProgressBar bar = known != null ? known : display.bar(label(event), event.total());
        bars.put(event.digest(), bar);
        bar.done(event.completed());
    }

    private static String label(TransferEvent event) {
        String digest = event.digest().substring(event.digest().indexOf(':') + 1);
        return event.status().startsWith(PULLING) ? PULLING + digest.substring(0, Math.min(SHORT_DIGEST, digest.length())) + ":"
                : event.status();
    }
}
