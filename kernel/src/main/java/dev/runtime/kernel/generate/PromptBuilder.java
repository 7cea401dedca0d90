package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.engine.ImageRuns;
import dev.runtime.kernel.store.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes a request's prompt: the messages that are rendered, their text, its tokens. For one request. */
final class PromptBuilder {
    private final GenerateRequest request;
    private final StoredModel model;
    private final Tokenizer tokenizer;
    private final Metadata metadata;
    private final Templates templates;
    private final Thinking thinking;
    private final int context;
    private final Notes notes;
    private final PromptImages images;
    private final boolean encoded;

    /**
     * A prompt.
     *
     * @param tokens its tokens, perhaps more than the context takes
     * @param images where images are among them
     * @param text its text; empty for one given in tokens
     * @param template the template's source; empty if none was used
     * @param tools tools that the model was offered
     */
    record Built(int[] tokens, ImageRuns images, String text, String template, List<ToolDefinition> tools) {}

    /**
     * Creates a builder.
     *
     * @param context the number of positions
     * @param encoded whether an encoder reads the prompt, as a text that ends, instead of a decoder that goes on with it
     */
    PromptBuilder(GenerateRequest request, StoredModel model, Tokenizer tokenizer, Metadata metadata, Templates templates,
            Thinking thinking, int context, Notes notes, PromptImages images, boolean encoded) {
        this.request = request;
        this.model = model;
        this.tokenizer = tokenizer;
        this.metadata = metadata;
        this.templates = templates;
        this.thinking = thinking;
        this.context = context;
        this.notes = notes;
        this.images = images;
        this.encoded = encoded;
    }

    /**
     * Builds.
     *
     * @throws RuntimeFailure with {@code template.invalid}, {@code request.invalid} for unknown tokens or an empty prompt, or
     *     {@code request.context_exceeded} for a conversation that is too long and may not be cut
     */
    Built build() {
        Built built = switch (request.prompt()) {
            case Prompt.Chat chat -> chat(chat);
            case Prompt.Text text -> text(text);
            case Prompt.Raw raw -> {
                PromptImages.Tokens tokens = encode(images.mark(raw.text(), raw.images()));
                yield new Built(tokens.ids(), tokens.runs(), raw.text(), "", List.of());
            }
            case Prompt.Tokens tokens -> new Built(checked(tokens.ids()), ImageRuns.NONE, "", "", List.of());
        };
        if (built.tokens().length > 0) {
            return built;
        }
        int begin = tokenizer.begin().orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the prompt is empty"));
        return new Built(new int[] {begin}, ImageRuns.NONE, built.text(), built.template(), built.tools());
    }

    private Built chat(Prompt.Chat chat) {
        Optional<ChatTemplate> template = templates.of(model.template(), metadata, notes);
        if (template.isEmpty()) {
            notes.add("the model has no chat template: messages were joined as plain text" + (model.renderer().isEmpty() ? ""
                    : "; its configuration asks for the renderer \"" + model.renderer() + "\", which is not built in"));
        }
        ChatRenderer renderer = new ChatRenderer(template, tokenizer, chat.tools(), thinking, "");
        List<Message> messages = conversation(chat.messages()).stream().map(images::mark).toList();
        if (messages.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the conversation has no messages");
        }
        String text = renderer.render(messages);
        PromptImages.Tokens tokens = encode(text);
        if (tokens.ids().length > PromptTruncation.limit(context) && request.truncate()) {
            List<Message> kept = shorter(messages, renderer);
            if (kept.size() < messages.size()) {
                notes.add((messages.size() - kept.size()) + " of " + messages.size()
                        + " messages were dropped, oldest first, to fit the context of " + context + " tokens");
                text = renderer.render(kept);
                tokens = encode(text);
            }
        }
        return new Built(tokens.ids(), tokens.runs(), text, template.map(ChatTemplate::source).orElse(""), chat.tools());
    }

    /** The model's system prompt, unless the request begins with its own; the model's messages; the request's. */
    private List<Message> conversation(List<Message> asked) {
        List<Message> all = new ArrayList<>();
        boolean own = !asked.isEmpty() && asked.getFirst().role().equals(Role.SYSTEM);
        if (!own) {
            system(model.system()).ifPresent(all::add);
        }
        all.addAll(model.messages());
        all.addAll(asked);
        return all;
    }

    /** System messages always stay, and the last one; of the others as many of the newest as fit. */
    private List<Message> shorter(List<Message> messages, ChatRenderer renderer) {
        int low = 1;
        int high = messages.size() - 1;
        // dropping more never makes the prompt longer, so the first place that fits is found by halving
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (encode(renderer.render(from(messages, middle))).ids().length <= PromptTruncation.limit(context)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return high < 1 ? messages : from(messages, high);
    }

    private static List<Message> from(List<Message> messages, int first) {
        List<Message> kept = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (i >= first || messages.get(i).role().equals(Role.SYSTEM)) {
                kept.add(messages.get(i));
            }
        }
        return kept;
    }

    private Built text(Prompt.Text asked) {
        Optional<ChatTemplate> template = asked.template().isPresent() ? asked.template().map(templates::given)
                : templates.of(model.template(), metadata, notes);
        int[] earlier = checked(asked.context());
        List<Message> messages = new ArrayList<>();
        system(asked.system().or(model::system)).ifPresent(messages::add);
        if (earlier.length == 0) {
            messages.addAll(model.messages());
        }
        messages.add(Message.of(Role.USER, images.mark(asked.text(), asked.images())));
        String text = new ChatRenderer(template, tokenizer, List.of(), thinking, asked.suffix()).render(messages);
        PromptImages.Tokens tokens = images.encode(text, earlier.length, (piece, first) -> encode(piece, first && earlier.length == 0));
        int[] all = Arrays.copyOf(earlier, Math.addExact(earlier.length, tokens.ids().length));
        System.arraycopy(tokens.ids(), 0, all, earlier.length, tokens.ids().length);
        return new Built(all, tokens.runs(), text, template.map(ChatTemplate::source).orElse(""), List.of());
    }

    private static Optional<Message> system(Optional<String> text) {
        return text.filter(s -> !s.isEmpty()).map(s -> Message.of(Role.SYSTEM, s));
    }

    private PromptImages.Tokens encode(String text) {
        return images.encode(text, 0, this::encode);
    }

    /** Many templates write the begin token themselves; it must not come twice. An end token would end the turn before it began; an encoder expects it. */
    private int[] encode(String text, boolean first) {
        OptionalInt begin = tokenizer.begin();
        boolean spelled = begin.isPresent() && text.startsWith(tokenizer.piece(begin.getAsInt()));
        boolean special = first && !spelled;
        int[] tokens = tokenizer.encode(text, special, true);
        boolean ends = special && !encoded && tokenizer.addsEnd() && tokens.length > 0
                && tokenizer.end().equals(OptionalInt.of(tokens[tokens.length - 1]));
        return ends ? Arrays.copyOf(tokens, tokens.length - 1) : tokens;
    }

    private int[] checked(int[] ids) {
        for (int id : ids) {
            if (id < 0 || id >= tokenizer.size()) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                        "token " + id + " is not of this model, which has the tokens 0 to " + (tokenizer.size() - 1));
            }
        }
        return ids;
    }
}
