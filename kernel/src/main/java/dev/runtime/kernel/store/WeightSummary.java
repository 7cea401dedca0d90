package dev.runtime.kernel.store;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.Map;

/**
 * What lists show of a weight file: small, while its metadata holds whole vocabularies.
 *
 * @param format the format's name
 * @param architecture the architecture, empty if the file does not say
 * @param parameterSize parameters in short form
 * @param quantization the type of most weights
 * @param contextLength training context, 0 if unknown
 * @param embeddingLength hidden width, 0 if unknown
 * @param pools whether the model gives embeddings
 * @param vision whether the file holds an image encoder
 * @param audio whether the file holds a sound encoder
 * @param template the file's own chat template as a key of {@link TemplateFacts}, empty if none
 */
record WeightSummary(
        String format,
        String architecture,
        String parameterSize,
        String quantization,
        int contextLength,
        int embeddingLength,
        boolean pools,
        boolean vision,
        boolean audio,
        String template) {
    static final String TEMPLATE_KEY = "tokenizer.chat_template";

    /** Names of {@code general.file_type}; null where the number is not in use. 0 says nothing, so tensors are asked. */
    private static final String[] FILE_TYPES = {
        null, "F16", "Q4_0", "Q4_1", "MXFP4", null, null, "Q8_0", "Q5_0", "Q5_1",
        "Q2_K", "Q3_K_S", "Q3_K_M", "Q3_K_L", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K", "IQ2_XXS",
        "IQ2_XS", "Q2_K_S", "IQ3_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ3_M", "IQ2_S", "IQ2_M",
        "IQ4_XS", "IQ1_M", "BF16", null, null, null, "TQ1_0", "TQ2_0", "MXFP4"
    };

    static WeightSummary of(ModelFile file) {
        Metadata metadata = file.metadata();
        String architecture = metadata.string("general.architecture").orElse("");
        return new WeightSummary(
                file.format(),
                architecture,
                parameterSize(file),
                quantization(file),
                length(metadata.integer(architecture + ".context_length", 0)),
                length(metadata.integer(architecture + ".embedding_length", 0)),
                metadata.has(architecture + ".pooling_type"),
                metadata.integer(architecture + ".vision.block_count", 0) > 0,
                metadata.integer(architecture + ".audio.block_count", 0) > 0
                        || metadata.flag(architecture + ".has_audio_encoder", false),
                metadata.string(TEMPLATE_KEY).orElse(""));
    }

    static int length(long n) {
        return n > 0 && n <= Integer.MAX_VALUE ? (int) n : 0;
    }

    private static String parameterSize(ModelFile file) {
        long elements = 0;
        for (TensorInfo tensor : file.tensors()) {
            elements = Math.addExact(elements, tensor.elements());
        }
        return parameterSize(elements);
    }

    /** Returns 3.2B, 494.03M, 12K or 7; empty for none. */
    static String parameterSize(long n) {
        if (n <= 0) {
            return "";
        }
        if (n >= 1_000_000_000) {
            return rounded(n, 1e9, 1) + "B";
        }
        if (n >= 1_000_000) {
            return rounded(n, 1e6, 2) + "M";
        }
        return n >= 1_000 ? new BigDecimal(n / 1e3).setScale(0, RoundingMode.HALF_EVEN) + "K" : Long.toString(n);
    }

    private static String rounded(long n, double unit, int decimals) {
        double value = n / unit;
        return new BigDecimal(value).setScale(value == Math.rint(value) ? 0 : decimals, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String quantization(ModelFile file) {
        long type = file.metadata().integer("general.file_type", 0);
        if (type > 0 && type < FILE_TYPES.length && FILE_TYPES[(int) type] != null) {
            return FILE_TYPES[(int) type];
        }
        Map<TensorType, Long> elements = new EnumMap<>(TensorType.class);
        for (TensorInfo tensor : file.tensors()) {
            elements.merge(tensor.type(), tensor.elements(), Math::addExact);
        }
        return elements.entrySet().stream().max(Map.Entry.comparingByValue()).map(most -> most.getKey().name()).orElse("");
    }
}
