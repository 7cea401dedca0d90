import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of a model's weights a token reads: all of a dense one, the embeddings only where they are the output as well. */
final class Weights {
    /** Bytes of 256 elements. */
    private static final Map<String, Integer> SIZES = Map.ofEntries(Map.entry("F32", 1024), Map.entry("F16", 512), Map.entry("BF16", 512),
            Map.entry("Q8_0", 272), Map.entry("Q4_0", 144), Map.entry("Q4_1", 160), Map.entry("Q5_0", 176), Map.entry("Q5_1", 192),
            Map.entry("Q2_K", 84), Map.entry("Q3_K", 110), Map.entry("Q4_K", 144), Map.entry("Q5_K", 176), Map.entry("Q6_K", 210),
            Map.entry("IQ4_NL", 144), Map.entry("IQ4_XS", 136), Map.entry("MXFP4", 136));

    private static final Pattern TENSOR = Pattern.compile("\\{\"name\":\"([^\"]+)\",\"type\":\"([^\"]+)\",\"shape\":\\[([0-9,]+)]}");

    private Weights() {}

    /** Returns the gigabytes of a token, by what {@code /api/show} says of the tensors. */
    static double gigabytes(String shown) throws IOException {
        long all = 0;
        long embeddings = 0;
        boolean output = false;
        Matcher tensor = TENSOR.matcher(shown);
        while (tensor.find()) {
            Integer size = SIZES.get(tensor.group(2).toUpperCase(Locale.ROOT));
            if (size == null) {
                throw new IOException("the size of type " + tensor.group(2) + " is not known here");
            }
            long bytes = size;
            for (String dimension : tensor.group(3).split(",")) {
                bytes = Math.multiplyExact(bytes, Long.parseLong(dimension));
            }
            all += bytes / 256;
            output |= tensor.group(1).equals("output.weight");
            embeddings += tensor.group(1).equals("token_embd.weight") ? bytes / 256 : 0;
        }
        if (all == 0) {
            throw new IOException("no tensors in " + shown);
        }
        return (output ? all - embeddings : all) / 1e9;
    }
}
