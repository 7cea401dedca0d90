package dev.runtime.plugin.architectures.images;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.model.Pixels;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scaling against Pillow 12.3 ({@code resize} with {@code BILINEAR}), which rounds after each direction, and against the filter's definition. */
class ResamplingTests {
    private static final int WIDTH = 13;
    private static final int HEIGHT = 9;

    @ParameterizedTest
    @CsvSource({
        "7, 5, 0e559c2168ae4990aa84a87ab54f6d7a746e724d542e75bc4d94b883b352a05f6460827790705a597996539ab582ae50b85b5c7b75ae99a770958983a18a7679bb6da08a4a665b957b8c7377727e7c7a5b7c7f6f98c8338b61765295999761667199877d7d83805c6c",
        "5, 12, 064d94256cb36fa1afae556e7f6a4c145ba23a81b18c9b6e9f5e77725854246bb2549b9f9285507f697460526e357cc16db07f856763617a63576390468dc587ad59a85f778ea7588c998d579eb0a0914c916e979ea0779d957b67a885ab6f517b81a59a8e819b837578af57a35465769099897c708a737b89bf67836d7f798876786b5e757c6c8fac495f6a81736a6a668e7c797c579aa63d59728c816a6f74988a7d6967a8b44b6e87a19e877f9985807b4d94",
        "17, 4, 0e559c135aa11b62a9266db4357cc3478eb25da48777b26793a8838e775da6506bae4b838773846e7b617265496d4e585741883178bf3c83c64b92bd5ea49d75b6648fa948aa864abb6061b550855b6ba95e8f7f86ab50a4ad51b060757b6e8a6a8d8c90a07e579ed36ab17783c23c9bb536ac50519f43748056916679a269989b88967d9383798d7a7b7a89738182638c77688f78768886847ac13f93da38b3a846b34c6a414c903d75bc5ca38b8da547c2405562538e5484997ca87fb3a052616e996b666e8367578a657a",
        "2, 2, 62858c857973808773827f77"})
    void pillowAgreesWithinARounding(int width, int height, String pillow) {
        float[] scaled = Resampling.scale(image(), width, height);
        byte[] expected = HexFormat.of().parseHex(pillow);
        assertEquals(expected.length, scaled.length);
        for (int i = 0; i < scaled.length; i++) {
            assertEquals(expected[i] & 0xFF, scaled[i], 1, width + " x " + height + ", component " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"13, 9", "1, 1", "7, 5", "14, 3", "40, 31", "6, 18"})
    void eachPixelIsTheWeightedMeanOfAllOthers(int width, int height) {
        float[] scaled = Resampling.scale(image(), width, height);
        Pixels image = image();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sum = 0;
                double total = 0;
                for (int v = 0; v < HEIGHT; v++) {
                    for (int u = 0; u < WIDTH; u++) {
                        double weight = weight(u, x, WIDTH, width) * weight(v, y, HEIGHT, height);
                        sum += weight * image.at(u, v, 1);
                        total += weight;
                    }
                }
                assertEquals(sum / total, scaled[3 * (y * width + x) + 1], 1e-4, "pixel " + x + ", " + y);
            }
        }
    }

    /** The triangle around where a target pixel's middle is in the source, as wide as two of its pixels, at least two of the source. */
    private static double weight(int source, int target, int from, int to) {
        double distance = Math.abs(source + 0.5 - (target + 0.5) * from / to);
        return Math.max(0, 1 - distance / Math.max(1, (double) from / to));
    }

    private static Pixels image() {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % WIDTH;
            int y = i / 3 / WIDTH;
            rgb[i] = (byte) ((x * x * 3 + y * 17 + x * y * 5 + i % 3 * 71) % 251);
        }
        return new Pixels(WIDTH, HEIGHT, rgb);
    }
}
