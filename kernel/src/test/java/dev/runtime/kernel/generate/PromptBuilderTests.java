package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.ImagePlace;
import dev.runtime.api.model.Metadata;
import dev.runtime.kernel.engine.EncodedImage;
import dev.runtime.kernel.generate.PromptBuilder.Built;
import dev.runtime.kernel.schedule.StoredModels;
import dev.runtime.kernel.store.StoredModel;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.FakeServices;
import dev.runtime.kernel.testing.FakeTemplates;
import dev.runtime.kernel.testing.FakeTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PromptBuilderTests {
    private final FakeTemplates engine = new FakeTemplates();
    private final FakeServices services = new FakeServices(engine);
    private final Templates templates = new Templates(services);
    private final Notes notes = new Notes(false);
    private Metadata metadata = new Metadata(Map.of("tokenizer.chat_template", "{ }"));
    private StoredModel model = StoredModels.named("m");
    private int context = 1000;
    private boolean truncate = true;
    private Function<byte[], EncodedImage> pictures = file -> {
        throw new AssertionError("no image expected");
    };

    // conversation

    @Test
    void messagesAreRenderedWithABeginToken() {
        Built built = build(chat(user("hi")));
        assertEquals("[user:hi]>", built.text());
        assertEquals("{ }", built.template());
        assertEquals(FakeLanguage.BEGIN, built.tokens()[0]);
        assertEquals("[user:hi]>".length() + 1, built.tokens().length);
    }

    @Test
    void beginTokenThatTheTemplateWritesComesOnce() {
        metadata = new Metadata(Map.of("tokenizer.chat_template", "{ begin }"));
        Built built = build(chat(user("hi")));
        assertEquals("<s>[user:hi]>", built.text());
        assertEquals(FakeLanguage.BEGIN, built.tokens()[0]);
        assertEquals('[', built.tokens()[1]);
    }

    @Test
    void modelsSystemAndMessagesComeFirst() {
        model = withHistory("rules", user("q"), Message.of("assistant", "a"));
        assertEquals("[system:rules][user:q][assistant:a][user:hi]>", build(chat(user("hi"))).text());
        assertEquals("[user:q][assistant:a][system:own][user:hi]>", build(chat(Message.of("system", "own"), user("hi"))).text());
        assertEquals("[system:rules][user:q][assistant:a][user:hi][system:late]>",
                build(chat(user("hi"), Message.of("system", "late"))).text());
    }

    @Test
    void answerThatWasBegunIsLeftOpen() {
        assertEquals("[user:hi]>The answer", build(chat(user("hi"), Message.of("assistant", "The answer"))).text());
    }

    @Test
    void conversationWithoutMessagesIsRefused() {
        assertEquals(ErrorCode.REQUEST_INVALID, failure(chat()).code());
    }

    // templates

    @Test
    void storedTemplateGoesFirstUnlessTheFilesOffersMore() {
        model = withTemplate("{ ! }");
        assertEquals("{ ! }", build(chat(user("hi"))).template());
        metadata = new Metadata(Map.of("tokenizer.chat_template", "{ tools }"));
        assertEquals("{ tools }", build(chat(user("hi"))).template());
    }

    @Test
    void storedTemplateOfAnUnknownLanguageIsReplacedWithANote() {
        model = withTemplate("[ other ]");
        assertEquals("{ }", build(chat(user("hi"))).template());
        assertTrue(notes.texts().getFirst().contains("template of the weight file was used"));
    }

    @Test
    void aRendererThatIsNotThereIsSaid() {
        metadata = new Metadata(Map.of());
        StoredModel m = StoredModels.named("m");
        model = new StoredModel(m.info(), m.weights(), m.projectors(), m.adapters(), Optional.empty(), m.system(), m.parameters(), m.messages(),
                m.licenses(), "", "of another time");
        assertEquals("hi", build(chat(user("hi"))).text());
        assertTrue(notes.texts().getFirst().contains("\"of another time\""), notes.texts().toString());
    }

    @Test
    void withoutATemplateContentsAreJoinedWithANote() {
        metadata = new Metadata(Map.of());
        model = withHistory("rules");
        Built built = build(chat(user("hi")));
        assertEquals("rules\n\nhi", built.text());
        assertEquals("", built.template());
        assertEquals(1, notes.texts().size());
    }

    @Test
    void templatesAreCompiledOnceUntilTheirEngineGoes() {
        build(chat(user("a")));
        build(chat(user("b")));
        assertEquals(1, engine.compiled.get());
        services.remove(engine);
        assertEquals("", build(chat(user("c"))).template());
        services.add(engine);
        build(chat(user("d")));
        assertEquals(2, engine.compiled.get());
    }

    @Test
    void failureOfATemplateIsTheRequests() {
        metadata = new Metadata(Map.of("tokenizer.chat_template", "{ fails }"));
        assertEquals(ErrorCode.TEMPLATE_INVALID, failure(chat(user("hi"))).code());
    }

    @Test
    void templateSeesToolsAndThinking() {
        ToolDefinition tool = new ToolDefinition("f", "", Map.of(), Map.of());
        Built built = build(new Prompt.Chat(List.of(user("hi")), List.of(tool)));
        assertEquals(List.of(tool), built.tools());
        assertEquals(List.of(tool), engine.last.tools());
        assertEquals(Thinking.ON, engine.last.thinking());
        assertEquals("<s>", engine.last.beginToken());
        assertTrue(engine.last.addGenerationPrompt());
    }

    // truncation

    @Test
    void oldestMessagesAreDroppedUntilItFits() {
        // [user:0000] is 11 tokens, > and the begin token are 2
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            messages.add(user("000" + i));
        }
        for (int room = 24; room < 110; room++) {
            context = room;
            Built built = build(new Prompt.Chat(messages, List.of()));
            int kept = (room - 1 - 2) / 11;
            assertEquals(kept * 11 + 2, built.tokens().length, "context " + room);
            assertTrue(built.text().endsWith("[user:0009]>"));
        }
        assertTrue(notes.texts().getFirst().contains("of 10 messages were dropped"), notes.texts()::toString);
    }

    @Test
    void systemMessagesAndTheLastOneAlwaysStay() {
        model = withHistory("rules");
        context = 8;
        Built built = build(chat(user("first"), Message.of("system", "more"), user("second"), user("last")));
        assertEquals("[system:rules][system:more][user:last]>", built.text());
        assertTrue(built.tokens().length > context, "what is left is cut by tokens");
    }

    @Test
    void nothingIsDroppedWhereThatIsNotAllowed() {
        context = 8;
        truncate = false;
        assertEquals("[user:first][user:last]>", build(chat(user("first"), user("last"))).text());
    }

    // text, raw, tokens

    @Test
    void textIsAUsersTurn() {
        model = withHistory("rules", user("q"));
        assertEquals("[system:rules][user:q][user:hi]>", build(text("hi", Optional.empty(), Optional.empty())).text());
        assertEquals("[system:other][user:q][user:hi]>", build(text("hi", Optional.of("other"), Optional.empty())).text());
        assertEquals("{ ? }", build(text("hi", Optional.empty(), Optional.of("{ ? }"))).template());
        assertEquals(ErrorCode.TEMPLATE_INVALID, failure(text("hi", Optional.empty(), Optional.of("[ other ]"))).code());
    }

    @Test
    void contextComesBeforeTheTextAndInsteadOfTheModelsMessages() {
        model = withHistory("rules", user("q"));
        Built built = build(new Prompt.Text("hi", "", Optional.empty(), Optional.empty(), List.of(), new int[] {256, 65}));
        assertEquals("[system:rules][user:hi]>", built.text());
        assertArrayEquals(new int[] {256, 65, '['}, java.util.Arrays.copyOf(built.tokens(), 3));
        Prompt wrong = new Prompt.Text("hi", "", Optional.empty(), Optional.empty(), List.of(), new int[] {5000});
        assertEquals(ErrorCode.REQUEST_INVALID, failure(wrong).code());
    }

    @Test
    void suffixReachesTheTemplate() {
        Prompt prompt = new Prompt.Text("pre", "post", Optional.empty(), Optional.empty(), List.of(), new int[0]);
        assertEquals("[user:pre]<post>>", build(prompt).text());
    }

    @Test
    void rawTextIsTakenAsItIs() {
        assertArrayEquals(new int[] {256, 'a', 257}, build(new Prompt.Raw("a</s>", List.of())).tokens());
        assertArrayEquals(new int[] {256, 'a'}, build(new Prompt.Raw("<s>a", List.of())).tokens());
        assertArrayEquals(new int[] {256}, build(new Prompt.Raw("", List.of())).tokens());
    }

    @Test
    void tokensAreChecked() {
        assertArrayEquals(new int[] {1, 2}, build(new Prompt.Tokens(new int[] {1, 2})).tokens());
        assertEquals(ErrorCode.REQUEST_INVALID, failure(new Prompt.Tokens(new int[] {-1})).code());
        assertEquals(ErrorCode.REQUEST_INVALID, failure(new Prompt.Tokens(new int[] {260})).code());
    }

    // images

    @Test
    void imagesStandWhereTheContentSaysOrBeforeIt() {
        List<byte[]> seen = new ArrayList<>();
        pictures = file -> {
            seen.add(file);
            return new EncodedImage(file[0], 1, new float[2], ImagePlace.between("<", 1, 2, ">", false, false));
        };
        Built built = build(new Prompt.Chat(List.of(picture("a\uFFFCb", 1), picture("c", 2, 3)), List.of()));
        assertEquals(3, seen.size());
        String shape = shape(built.tokens());
        assertEquals("[user:a<##>b][user:<##><##>c]>", shape);
        assertFalse(built.images().empty());
        EncodedImage first = new EncodedImage(1, 1, new float[2], ImagePlace.between("<", 1, 2, ">", false, false));
        int at = 1 + shape.indexOf('#');
        assertEquals(first.mark(0), built.tokens()[at]);
        assertEquals(first.mark(1), built.tokens()[at + 1]);
    }

    @Test
    void textThatLooksLikeAMarkIsText() {
        pictures = file -> new EncodedImage(file[0], 1, new float[2], ImagePlace.between("", 1, 2, "", false, false));
        assertEquals("[user:##image-0.]>", shape(build(new Prompt.Chat(List.of(picture("image-0.", 1)), List.of())).tokens()));
    }

    private static String shape(int[] tokens) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < tokens.length; i++) {
            text.append(tokens[i] < 0 ? '#' : (char) tokens[i]);
        }
        return text.toString();
    }

    private static Message picture(String content, int... names) {
        List<byte[]> files = Arrays.stream(names).mapToObj(n -> new byte[] {(byte) n}).toList();
        return new Message("user", content, "", files, List.of(), "", "");
    }

    @Test
    void anEncoderGetsTheEndTokenThatATurnMustNotHave() {
        GenerateRequest request = request(new Prompt.Raw("ab", List.of()));
        int[] turn = builder(request, new FakeTokenizer(true, true), false).build().tokens();
        int[] whole = builder(request, new FakeTokenizer(true, true), true).build().tokens();
        assertEquals(turn.length + 1, whole.length);
        assertEquals(new FakeTokenizer(true, true).end().getAsInt(), whole[turn.length]);
    }

    private Built build(Prompt prompt) {
        return builder(request(prompt), new FakeTokenizer(true, false), false).build();
    }

    private GenerateRequest request(Prompt prompt) {
        return new GenerateRequest("m", prompt, Options.NONE, new OutputFormat.Free(), Thinking.DEFAULT,
                new KeepAlive.Unchanged(), truncate, true, -1, false);
    }

    private PromptBuilder builder(GenerateRequest request, FakeTokenizer tokenizer, boolean encoded) {
        return new PromptBuilder(request, model, tokenizer, metadata, templates, Thinking.ON, context, notes, new PromptImages(pictures), encoded);
    }

    private RuntimeFailure failure(Prompt prompt) {
        return assertThrows(RuntimeFailure.class, () -> build(prompt));
    }

    private static Prompt.Chat chat(Message... messages) {
        return new Prompt.Chat(List.of(messages), List.of());
    }

    private static Prompt.Text text(String text, Optional<String> system, Optional<String> template) {
        return new Prompt.Text(text, "", system, template, List.of(), new int[0]);
    }

    private static Message user(String content) {
        return Message.of("user", content);
    }

    private static StoredModel withHistory(String system, Message... messages) {
        return StoredModels.of("m", "w", Set.of(Capability.COMPLETION), Optional.of(system), Map.of(), List.of(messages));
    }

    private StoredModel withTemplate(String template) {
        StoredModel m = StoredModels.named("m");
        return new StoredModel(m.info(), m.weights(), m.projectors(), m.adapters(), Optional.of(template), m.system(), m.parameters(),
                m.messages(), m.licenses(), "", "");
    }
}
