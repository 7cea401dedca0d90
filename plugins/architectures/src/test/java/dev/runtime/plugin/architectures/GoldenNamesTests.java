package dev.runtime.plugin.architectures;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.Device;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.backend.cpu.CpuBackend;
import dev.runtime.plugin.format.gguf.GgufFormat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Golden models under the names of the other converter, which the reference does not read: the results are those of its own names. */
class GoldenNamesTests {
    @TempDir
    static Path temporary;

    /** {@code keys} and {@code tensors}: what is renamed, {@code old>new} with spaces between. */
    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {
        "deepseek2, glm4moelite, attention.key_length>attention.key_length_mla attention.key_length_mla>attention.key_length, none",
        "nemotron_h_moe-latent, nemotron_h_moe, none, ffn_latent_down>ffn_latent_in ffn_latent_up>ffn_latent_out"})
    void namesChangeNothing(String name, String architecture, String keys, String tensors) throws IOException {
        GoldenModel model = GoldenModel.read(GoldenFolder.compact(getClass(), "models"), name);
        Path file = model.unpack(temporary);
        try (ModelFile opened = new GgufFormat().open(file)) {
            Renamed renamed = Renamed.of(opened, model.family(), architecture, pairs(keys), pairs(tensors));
            assertFalse(renamed.metadata().asMap().equals(opened.metadata().asMap()) && renamed.names().keySet().equals(names(opened)),
                    "nothing is renamed");
            Device device = new CpuBackend().devices().getFirst();
            try (GoldenRun run = new GoldenRun(renamed, Architectures.of(architecture).orElseThrow(), Output.LOGITS, device, false)) {
                for (JsonNode prompt : model.facts().get("prompts")) {
                    double nmse = GoldenModel.nmse(run.prompt(GoldenModel.ints(prompt.get("ids"))), model.vector(prompt.get("logits")));
                    assertTrue(nmse <= model.facts().get("tol").get("nmse").asDouble(), name + " as " + architecture + ": nmse " + nmse);
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    private static Set<String> names(ModelFile file) {
        return file.tensors().stream().map(TensorInfo::name).collect(Collectors.toSet());
    }

    private static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new TreeMap<>();
        for (String pair : text == null ? new String[0] : text.split(" ")) {
            pairs.put(pair.substring(0, pair.indexOf('>')), pair.substring(pair.indexOf('>') + 1));
        }
        return pairs;
    }

    /** A file with other names for its keys and tensors. */
    private record Renamed(ModelFile file, Metadata metadata, Map<String, TensorInfo> names) implements ModelFile {
        static Renamed of(ModelFile file, String family, String architecture, Map<String, String> keys, Map<String, String> tensors) {
            Map<String, Object> metadata = new LinkedHashMap<>();
            file.metadata().asMap().forEach((key, value) -> {
                String tail = key.substring(key.indexOf('.') + 1);
                metadata.put(key.startsWith(family + ".") ? architecture + "." + keys.getOrDefault(tail, tail) : key, value);
            });
            metadata.put("general.architecture", architecture);
            Map<String, TensorInfo> names = new LinkedHashMap<>();
            for (TensorInfo tensor : file.tensors()) {
                String name = tensor.name();
                for (Map.Entry<String, String> pair : tensors.entrySet()) {
                    name = name.replace(pair.getKey(), pair.getValue());
                }
                names.put(name, tensor);
            }
            return new Renamed(file, new Metadata(metadata), names);
        }

        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public String format() {
            return file.format();
        }

        @Override
        public List<TensorInfo> tensors() {
            return List.copyOf(names.values());
        }

        @Override
        public Optional<TensorInfo> tensor(String name) {
            return Optional.ofNullable(names.get(name));
        }

        @Override
        public MemorySegment data(TensorInfo tensor) {
            return file.data(tensor);
        }

        @Override
        public void close() {}
    }
}
