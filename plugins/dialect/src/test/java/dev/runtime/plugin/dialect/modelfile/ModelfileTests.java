package dev.runtime.plugin.dialect.modelfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.dialect.modelfile.Instruction.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grammar, its failures, and that printing and reading are inverse. */
class ModelfileTests {
    private static String value(String line) {
        return Modelfile.parse("FROM x\nSYSTEM " + line).last(Kind.SYSTEM).orElseThrow();
    }

    @Test
    void instructionsInAnyCaseAndOrder() {
        Modelfile file = Modelfile.parse("""
                # a comment
                system be brief
                  # another
                PARAMETER temperature 0.5

                from\tllama3:8b  \r
                Parameter stop "<|a|>"
                PARAMETER stop <|b|>
                MESSAGE user hello there
                message assistant "hi
                you"
                LICENSE one
                LICENSE two
                TEMPLATE \"""{{ .Prompt }}
                "quoted" \"""
                REQUIRES 0.5.0
                RENDERER a
                PARSER b
                ADAPTER ./x.gguf
                DRAFT d""");
        assertEquals(Optional.of("llama3:8b"), file.last(Kind.FROM));
        assertEquals(Optional.of("be brief"), file.last(Kind.SYSTEM));
        assertEquals(Optional.of("{{ .Prompt }}\n\"quoted\" "), file.last(Kind.TEMPLATE));
        assertEquals(List.of("one", "two"), file.all(Kind.LICENSE).stream().map(Instruction::value).toList());
        assertEquals(new Instruction(Kind.MESSAGE, "assistant", "hi\nyou", 10), file.all(Kind.MESSAGE).getLast());
        assertEquals(Map.of("temperature", 0.5, "stop", List.of("<|a|>", "<|b|>")), Parameters.of(file).values());
    }

    @Test
    void quotes() {
        assertEquals("a # b", value("a # b"));
        assertEquals("'a'", value("'a'"));
        assertEquals(" a ", value("\" a \""));
        assertEquals("a\n\nb \"c\" d", value("\"a\n\nb \"c\" d\""));
        assertEquals("", value("\"\""));
        assertEquals("a \"b\"\nc", value("\"\"\"a \"b\"\nc\"\"\""));
        assertEquals("\nx\n", value("\"\"\"\nx\n\"\"\""));
        assertEquals("a\tb", value("a\tb\u0007\u0000"));
        assertEquals("a\\nb", value("a\\nb"));
    }

    @Test
    void otherEncodings() {
        String text = "FROM é\n";
        assertEquals(Optional.of("é"), Modelfile.parse(("\uFEFF" + text).getBytes(StandardCharsets.UTF_8)).last(Kind.FROM));
        assertEquals(Optional.of("é"), Modelfile.parse(("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE)).last(Kind.FROM));
        assertEquals(Optional.of("é"), Modelfile.parse(("\uFEFF" + text).getBytes(StandardCharsets.UTF_16BE)).last(Kind.FROM));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', value = {
        "SYSTEM x§no FROM line", "''§no FROM line", "FROM x|WRONG y§(line 2): command must be one of \"from\"", "FROM x||SYSTEM \"a|b§(line 3): unexpected EOF",
        "FROM§(line 1): unexpected EOF", "FROM x|SYSTEM \"\"\"a|b\"§(line 2): unexpected EOF", "FROM x|PARAMETER temperature§(line 2): unexpected EOF",
        "FROM x|MESSAGE nobody y§(line 2): message role must be one of \"system\", \"user\", or \"assistant\"", "FROM x|PARAMETER a.b c§(line 2): a parameter's name"})
    void failuresNameTheLine(String text, String message) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> Modelfile.parse(text.replace('|', '\n')));
        assertEquals(message, failure.getMessage().substring(0, Math.min(message.length(), failure.getMessage().length())));
    }

    @ParameterizedTest
    @CsvSource({"num_ctx x,invalid int value", "temperature hot,invalid float value", "temperature NaN,invalid float value", "use_mmap maybe,invalid bool value",
        "num_gqa 8,unknown parameter 'num_gqa'"})
    void parametersHaveTypes(String parameter, String message) {
        Modelfile file = Modelfile.parse("FROM x\nPARAMETER " + parameter);
        String found = assertThrows(RuntimeFailure.class, () -> Parameters.of(file)).getMessage();
        assertEquals("(line 2): " + message, found.substring(0, Math.min(found.length(), message.length() + 10)));
    }

    @Test
    void parametersWithoutEffectAreIgnored() {
        assertEquals(List.of("mirostat"), Parameters.of(Modelfile.parse("FROM x\nPARAMETER mirostat 1\nPARAMETER seed 7")).ignored());
    }

    @Test
    void printingAndReadingAreInverse() {
        Random random = new Random(11);
        String[] pieces = {"a", " ", "\n", "\"", "\"\"\"", "#", "\t", "é", "FROM x", "{{ .Prompt }}", "\\"};
        int kept = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder value = new StringBuilder();
            for (int n = random.nextInt(8); n >= 0; n--) {
                value.append(pieces[random.nextInt(pieces.length)]);
            }
            // what ends a line like every form of quotes cannot be written
            boolean writable = !value.toString().matches("(?s).*\"\"\"[ \t]*(\n.*|$)|.*\"") || value.indexOf("\n") < 0 && value.charAt(0) != '"'
                    && value.toString().strip().contentEquals(value);
            if (writable) {
                kept++;
                List<Instruction> all = new ArrayList<>(List.of(Instruction.of(Kind.FROM, "x"), Instruction.of(Kind.SYSTEM, value.toString()),
                        Instruction.of(Kind.PARAMETER, "stop", value.toString()), Instruction.of(Kind.MESSAGE, "user", value.toString())));
                String text = new Modelfile(all).text();
                List<Instruction> read = Modelfile.parse(text).instructions().stream().map(i -> new Instruction(i.kind(), i.name(), i.value(), 0)).toList();
                assertEquals(all, read, text);
            }
        }
        assertEquals(true, kept > 10_000, "values that were tried: " + kept);
    }
}
