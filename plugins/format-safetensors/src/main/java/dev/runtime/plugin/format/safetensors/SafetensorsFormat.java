package dev.runtime.plugin.format.safetensors;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.MappedFiles;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.plugin.format.safetensors.families.Facts;
import dev.runtime.plugin.format.safetensors.families.Families;
import dev.runtime.plugin.format.safetensors.families.Family;
import dev.runtime.plugin.format.safetensors.families.TensorPlan;
import dev.runtime.plugin.format.safetensors.tokens.VocabularyFacts;
import dev.runtime.plugin.format.safetensors.weights.Content;
import dev.runtime.plugin.format.safetensors.weights.RawTensor;
import dev.runtime.plugin.format.safetensors.weights.TensorFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Folders as the transformers library saves models: configuration, weights in safetensors files, tokenizer, chat template. A folder
 * looks as if it were one converted file: the same keys and tensors.
 *
 * <p>The files must not change while the folder is open: weights are mapped, not read.
 */
public final class SafetensorsFormat implements ModelFormat {
    static final String NAME = "safetensors";

    private static final String CONFIG = "config.json";
    private static final String SUFFIX = ".safetensors";

    /** For the service loader. */
    public SafetensorsFormat() {}

    @Override
    public String name() {
        return NAME;
    }

    /** Takes a folder with weights of this format, and a weight file for the folder that it lies in. */
    @Override
    public boolean accepts(Path fileOrFolder) throws IOException {
        if (Files.isDirectory(fileOrFolder)) {
            return TensorFolder.holdsWeights(fileOrFolder);
        }
        return Files.isRegularFile(fileOrFolder) && fileOrFolder.toString().toLowerCase(Locale.ROOT).endsWith(SUFFIX);
    }

    @Override
    public ModelFile open(Path fileOrFolder) throws IOException {
        Path folder = Files.isDirectory(fileOrFolder) ? fileOrFolder : fileOrFolder.toAbsolutePath().getParent();
        if (!Files.isRegularFile(folder.resolve(CONFIG))) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the folder of " + fileOrFolder.getFileName()
                    + " has no config.json, without which safetensors files are no model; fetch the whole folder");
        }
        HfConfig config = new HfConfig(Json.file(folder.resolve(CONFIG)));
        Family family = Families.of(config);
        MappedFiles files = new MappedFiles();
        try {
            Map<String, RawTensor> raw = TensorFolder.open(folder, files);
            Map<TensorInfo, Content> tensors = TensorPlan.of(config, family, raw);
            return new FolderModelFile(fileOrFolder, files, metadata(folder, config, family, tensors), tensors);
        } catch (IOException | RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    private static Metadata metadata(Path folder, HfConfig config, Family family, Map<TensorInfo, Content> tensors) throws IOException {
        Facts facts = new Facts(family.architecture());
        facts.put("general.type", "model");
        Path name = folder.toAbsolutePath().normalize().getFileName();
        facts.put("general.name", name == null ? "" : name.toString());
        facts.put("general.file_type", fileType(tensors));
        facts.put("general.quantization_version", 2L);
        family.facts().accept(config, facts);
        long rows = tensors.keySet().stream().filter(t -> t.name().equals("token_embd.weight")).mapToLong(t -> t.dim(1)).findFirst()
                .orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the model's folder has no embeddings of tokens; fetch it again"));
        facts.put(family.architecture() + ".vocab_size", rows);
        Pooling.add(folder, family, facts);
        VocabularyFacts.add(folder, config, family.architecture(), rows, facts);
        return new Metadata(facts.values());
    }

    /** Returns the number that stands for the type of most elements. */
    private static long fileType(Map<TensorInfo, Content> tensors) {
        long[] elements = new long[3];
        long blocks = 0;
        for (TensorInfo tensor : tensors.keySet()) {
            switch (tensor.type()) {
                case F32 -> elements[0] += tensor.elements();
                case F16 -> elements[1] += tensor.elements();
                case BF16 -> elements[2] += tensor.elements();
                default -> blocks += tensor.elements();
            }
        }
        if (blocks > elements[0] + elements[1] + elements[2]) {
            return 38;
        }
        return elements[2] >= elements[1] && elements[2] >= elements[0] ? 32 : elements[1] >= elements[0] ? 1 : 0;
    }
}
