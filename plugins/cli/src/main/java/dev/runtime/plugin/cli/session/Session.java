package dev.runtime.plugin.cli.session;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Role;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.ModelClient;
import dev.runtime.plugin.cli.render.AnswerPrinter;
import dev.runtime.plugin.cli.render.Screen;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.UserInterruptException;

/**
 * A conversation at a terminal: messages in, answers out; Ctrl-C stops an answer, Ctrl-D or {@code /bye} ends. An error in a turn
 * is told and the session goes on.
 */
public final class Session {
    private final ModelClient client;
    private final CommandContext context;
    private final Dialogue dialogue;
    private final PrintStream out;
    /** The turn that runs, or ran last: what the end of the process cancels. */
    private volatile Cancellation running = new Cancellation();

    /** Creates. */
    public Session(ModelClient client, String model, ModelClient.Profile profile, RunSettings settings, CommandContext context) {
        this.client = client;
        this.context = context;
        this.out = context.out();
        dialogue = new Dialogue(model, profile, settings);
    }

    /** Talks until the person leaves; returns the exit status. */
    public int run() throws IOException {
        try (Waiting _ = Waiting.begin(context, client)) {
            client.load(dialogue.settings.request(dialogue.model, new Prompt.Chat(List.of(), List.of())), context.termination());
        }
        context.termination().onCancel(() -> running.cancel());
        dialogue.profile.messages().forEach(this::replay);
        try (LineInput input = LineInput.open(context)) {
            SetCommand set = new SetCommand(dialogue, input::keepHistory, out, context.err());
            SlashCommands commands = new SlashCommands(dialogue, client, () -> Clients.api(context), set, out, context.err());
            while (!context.termination().cancelled()) {
                try {
                    if (!line(input.read(), input, commands)) {
                        return 0;
                    }
                } catch (UserInterruptException e) {
                    if (e.getPartialLine() == null || e.getPartialLine().isEmpty()) {
                        context.err().println("\nUse Ctrl + d or /bye to exit.");
                    }
                } catch (EndOfFileException e) {
                    out.println();
                    return 0;
                }
            }
        }
        return 0;
    }

    /** Handles a line; returns whether the session goes on. */
    private boolean line(String line, LineInput input, SlashCommands commands) {
        if (line.isBlank()) {
            return true;
        }
        if (line.startsWith("/")) {
            switch (commands.obey(line)) {
                case DONE -> {
                    return true;
                }
                case LEAVE -> {
                    return false;
                }
                case MESSAGE -> { }
            }
        }
        Cancellation cancellation = new Cancellation();
        running = cancellation;
        if (context.termination().cancelled()) {
            cancellation.cancel();
        }
        input.interruptible(cancellation, () -> turn(Block.content(line), cancellation));
        return true;
    }

    /** Sends a message and prints the answer. */
    private void turn(String text, Cancellation cancellation) {
        try {
            MediaFiles message = dialogue.profile.media() ? MediaFiles.in(text, context.err()) : new MediaFiles(text, List.of());
            dialogue.said(new Message(Role.USER, message.text(), "", message.files(), List.of(), "", ""));
        } catch (RuntimeFailure e) {
            context.err().println(e.getMessage());
            return;
        }
        AnswerPrinter printer = dialogue.settings.printer(out, Screen.output(context));
        try (Waiting waiting = Waiting.begin(context, client)) {
            client.generate(dialogue.settings.request(dialogue.model, new Prompt.Chat(dialogue.messages(), List.of())), cancellation,
                    waiting.until(printer));
            dialogue.said(new Message(Role.ASSISTANT, printer.content(), printer.thoughts(), List.of(), List.of(), "", ""));
            out.print("\n\n");
            out.flush();
            printer.statistics(context.err(), dialogue.settings.verbose());
        } catch (RuntimeFailure e) {
            printer.stop();
            if (e.code() != ErrorCode.REQUEST_CANCELLED) {
                dialogue.unsay();
                context.err().println("error: " + e.getMessage());
            }
        }
    }

    private void replay(Message message) {
        switch (message.role()) {
            case Role.USER -> out.println(">>> " + message.content());
            case Role.ASSISTANT -> out.print(message.content() + "\n\n");
            default -> { }
        }
        out.flush();
    }
}
