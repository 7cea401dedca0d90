package dev.runtime.plugin.cli;

import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.NativeApi;
import dev.runtime.plugin.cli.progress.Progress;
import dev.runtime.plugin.cli.progress.TransferProgress;
import dev.runtime.plugin.cli.render.Screen;
import java.util.Map;

/** Follows a pull, push or create of the server with a progress display on standard error. */
final class Transfer {
    private Transfer() {}

    /** Returns when it is complete; what was drawn stays. */
    static void follow(NativeApi api, String path, Map<String, Object> body, CommandContext context) {
        try (Progress display = Progress.on(context.err(), Screen.error(context))) {
            TransferProgress progress = new TransferProgress(display);
            try {
                api.transfer(path, body, context.termination(), progress);
            } finally {
                progress.stop();
            }
        }
    }

    /** Pulls a model that another command needs: in a pipe only that command's own output is to be seen. */
    static void pullFirst(NativeApi api, String model, boolean insecure, CommandContext context) {
        Map<String, Object> body = Map.of("model", model, "insecure", insecure);
        if (context.interactiveError()) {
            follow(api, "/api/pull", body, context);
        } else {
            api.transfer("/api/pull", body, context.termination(), event -> { });
        }
    }
}
