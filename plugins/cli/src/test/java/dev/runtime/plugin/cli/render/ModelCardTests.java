package dev.runtime.plugin.cli.render;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** The overview of a model, blank by blank. */
class ModelCardTests {
    @ParameterizedTest
    @CsvSource({"131072,131072", "1000000,1e+06", "8030261248,8.030261248e+09", "0.5,0.5", "0,0", "1e-6,1e-06", "500000,500000", "-2.5,-2.5"})
    void numbersAreInTheirShortestForm(double value, String text) {
        assertEquals(text, ModelCard.general(value));
    }

    @Test
    void everythingIsShownWhenAskedFor() {
        String shown = """
                {"system":"One.\\n\\nTwo.\\nThree.","details":{"quantization_level":"Q4_K_M"},
                "projector_info":{"general.architecture":"clip","general.parameter_count":300000000,"clip.vision.embedding_length":1024,
                "clip.vision.projection_dim":2048},
                "model_info":{"general.architecture":"q","general.parameter_count":3212749888,"q.rope.freq_base":500000,"q.flag":true,
                "tokenizer.tokens":["<s>","</s>","the","of","and"],"q.none":null},
                "tensors":[{"name":"output.weight","type":"Q8_0","shape":[256,1024]}],
                "parameters":"num_ctx                        4096"}""";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ModelCard.overview(JsonMapper.shared().readTree(shown), true, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertEquals("""
                  Model
                    architecture    q
                    parameters      3.2B
                    quantization    Q4_K_M

                  Projector
                    architecture        clip
                    parameters          300M
                    embedding length    1024
                    dimensions          2048

                  Parameters
                    num_ctx    4096

                  Metadata
                    general.architecture       q
                    general.parameter_count    3.212749888e+09
                    q.flag                     true
                    q.none                     <nil>
                    q.rope.freq_base           500000
                    tokenizer.tokens           [<s> </s> ...+3 more]

                  Tensors
                    output.weight    Q8_0    [256 1024]

                  System
                    One.
                    Two.
                    ...

                """, bytes.toString(StandardCharsets.UTF_8).replaceAll(" +\n", "\n"));
    }

    @Test
    void longCellsGoOnBelow() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Table table = new Table(10, "A", "B");
        table.row("one two three four", "x");
        table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertEquals("A             B \none two       x    \nthree four         \n", bytes.toString(StandardCharsets.UTF_8));
    }
}
