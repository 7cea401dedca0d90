package dev.runtime.plugin.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.api.text.Detokenizer;
import dev.runtime.api.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real vocabularies and the ids that the reference implementation gives for about 180 strings each. */
class GoldenTokenizerTests {
    @TempDir
    static Path work;

    private static Path folder() {
        return GoldenFolder.outside("tokenizers").orElseGet(() -> GoldenFolder.compact(GoldenTokenizerTests.class, "tokenizers"));
    }

    static Stream<String> vocabularies() {
        return JsonMapper.shared().readTree(folder().resolve("index.json")).get("tokenizers").valueStream()
                .map(entry -> entry.get("name").asString());
    }

    @ParameterizedTest
    @MethodSource("vocabularies")
    void givesTheReferenceIdsAndText(String name) throws IOException {
        Tokenizer tokenizer = new VocabularyTokenizers().create(VocabularyFiles.metadata(folder().resolve(name + ".gguf.gz"), work));
        JsonNode golden = JsonMapper.shared().readTree(folder().resolve(name + ".json"));
        assertEquals(golden.get("n_vocab").asInt(), tokenizer.size());
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (JsonNode c : golden.get("cases")) {
            if (c.get("text").isString()) {
                compared++;
                check(tokenizer, c, wrong);
            }
        }
        for (JsonNode piece : golden.get("token_pieces")) {
            checkPiece(tokenizer, piece, wrong);
        }
        assertTrue(compared > 150, "only " + compared + " cases");
        assertTrue(wrong.isEmpty(), wrong.size() + " of " + compared + " differ:\n" + String.join("\n", wrong.subList(0, Math.min(20, wrong.size()))));
    }

    private static void check(Tokenizer tokenizer, JsonNode c, List<String> wrong) {
        JsonNode ids = c.get("ids");
        JsonNode parse = c.path("ids_parse").isMissingNode() ? ids : c.get("ids_parse");
        JsonNode special = c.path("ids_special").isMissingNode() ? ids : c.get("ids_special");
        JsonNode both = c.path("ids_special_parse").isMissingNode() ? special : c.get("ids_special_parse");
        boolean ok = same(tokenizer, c, ids, false, false, wrong) & same(tokenizer, c, parse, false, true, wrong)
                & same(tokenizer, c, special, true, false, wrong) & same(tokenizer, c, both, true, true, wrong);
        if (ok) {
            int[] tokens = ints(parse);
            pieces(tokenizer, c, tokens, wrong);
            text(tokenizer, c, tokens, wrong);
        }
    }

    private static boolean same(Tokenizer tokenizer, JsonNode c, JsonNode expected, boolean special, boolean parse, List<String> wrong) {
        int[] found = tokenizer.encode(c.get("text").asString(), special, parse);
        boolean ok = Arrays.equals(found, ints(expected))
                || !c.path("js_tiktoken_ids").isMissingNode() && Arrays.equals(found, ints(c.get("js_tiktoken_ids")));
        if (!ok) {
            wrong.add("special=" + special + " parse=" + parse + " " + shown(c.get("text")) + "\n  expected " + shown(expected) + "\n  found    "
                    + shown(JsonMapper.shared().valueToTree(found)));
        }
        return ok;
    }

    private static void pieces(Tokenizer tokenizer, JsonNode c, int[] tokens, List<String> wrong) {
        for (int i = 0; i < c.path("pieces").size(); i++) {
            JsonNode piece = c.get("pieces").get(i);
            if (!Arrays.equals(raw(piece), tokenizer.bytes(tokens[i]))) {
                wrong.add("piece of " + tokens[i] + ": expected " + piece + ", found " + new String(tokenizer.bytes(tokens[i]), StandardCharsets.UTF_8));
            }
        }
    }

    private static void text(Tokenizer tokenizer, JsonNode c, int[] tokens, List<String> wrong) {
        for (boolean special : new boolean[] {true, false}) {
            JsonNode node = c.path("detok").isMissingNode() ? c.get("text") : c.get("detok");
            node = special || c.path("detok_no_special").isMissingNode() ? node : c.get("detok_no_special");
            String expected = new String(raw(node), StandardCharsets.UTF_8);
            String found = tokenizer.decode(tokens, special);
            if (!expected.equals(found) && !expected.equals(tidied(found))) {
                wrong.add("text with special=" + special + "\n  expected " + shown(node) + "\n  found    " + found);
            }
        }
        Detokenizer detokenizer = tokenizer.detokenizer(true);
        StringBuilder streamed = new StringBuilder();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int token : tokens) {
            streamed.append(detokenizer.append(token));
            bytes.writeBytes(tokenizer.bytes(token));
            assertTrue(detokenizer.pending() < 4);
        }
        streamed.append(detokenizer.finish());
        assertEquals(bytes.toString(StandardCharsets.UTF_8), streamed.toString());
    }

    /** What the reference's batch decoder does for some vocabularies on top of joining pieces; a stream of tokens never shows it. */
    private static String tidied(String text) {
        return text.replace(" ?", "?").replace(" !", "!").replace(" .", ".").replace(" ,", ",").replace(" ' ", "'").replace(" 'm", "'m")
                .replace(" 's", "'s").replace(" 've", "'ve").replace(" 're", "'re");
    }

    private static void checkPiece(Tokenizer tokenizer, JsonNode entry, List<String> wrong) {
        int id = entry.get(0).asInt();
        byte[] shown = raw(entry.get(1));
        boolean hidden = tokenizer.kind(id) == Tokenizer.Kind.CONTROL || tokenizer.kind(id) == Tokenizer.Kind.UNKNOWN;
        byte[] plain = hidden ? new byte[0] : tokenizer.bytes(id);
        if (!Arrays.equals(shown, tokenizer.bytes(id)) || !Arrays.equals(raw(entry.get(2)), plain)) {
            wrong.add("token " + entry + ": found " + new String(tokenizer.bytes(id), StandardCharsets.UTF_8) + " of kind " + tokenizer.kind(id));
        }
    }

    private static byte[] raw(JsonNode text) {
        return text.isString() ? text.asString().getBytes(StandardCharsets.UTF_8)
                : HexFormat.of().parseHex(text.get("hex").asString());
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    private static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
