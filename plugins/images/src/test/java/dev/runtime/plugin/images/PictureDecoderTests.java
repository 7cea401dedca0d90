package dev.runtime.plugin.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureDecoderTests {
    private final PictureDecoder decoder = new PictureDecoder();

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp"})
    void pixelsComeAsTheyWereWritten(String format) throws IOException {
        Pixels read = decoder.decode(file(picture(BufferedImage.TYPE_INT_RGB), format));
        assertEquals(3, read.width());
        assertEquals(2, read.height());
        for (int y = 0; y < 2; y++) {
            for (int x = 0; x < 3; x++) {
                assertEquals(x * 100, read.at(x, y, 0));
                assertEquals(y * 200, read.at(x, y, 1));
                assertEquals(50, read.at(x, y, 2));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "gif"})
    void formatsThatLoseColoursKeepTheSize(String format) throws IOException {
        Pixels read = decoder.decode(file(picture(BufferedImage.TYPE_INT_RGB), format));
        assertEquals(3, read.width());
        assertEquals(2, read.height());
    }

    @Test
    void whatIsTransparentIsWhite() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00112233);
        image.setRGB(1, 0, 0x80000000);
        Pixels read = decoder.decode(file(image, "png"));
        assertEquals(255, read.at(0, 0, 0));
        assertEquals(127, read.at(1, 0, 2));
    }

    @Test
    void greyPicturesHaveThreeColours() throws IOException {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 255);
        assertEquals(255, decoder.decode(file(image, "png")).at(0, 0, 1));
    }

    @Test
    void aHeaderThatClaimsTooMuchIsRefusedBeforeAnythingIsAllocated() {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> decoder.decode(pngHeader(60_000, 60_000)));
        assertEquals(ErrorCode.REQUEST_INVALID, failure.code());
        assertTrue(failure.getMessage().contains("60000 x 60000"), failure.getMessage());
        assertThrows(RuntimeFailure.class, () -> decoder.decode(pngHeader(Integer.MAX_VALUE, Integer.MAX_VALUE)));
        assertThrows(RuntimeFailure.class, () -> decoder.decode(pngHeader(0, 10)));
    }

    @Test
    void webpIsRefusedByItsName() {
        byte[] file = "RIFF....WEBPVP8 ".getBytes(StandardCharsets.US_ASCII);
        assertTrue(decoder.accepts(file));
        assertTrue(assertThrows(RuntimeFailure.class, () -> decoder.decode(file)).getMessage().contains("WebP"));
    }

    @Test
    void otherBytesAreNoPicture() {
        assertFalse(decoder.accepts(new byte[0]));
        assertFalse(decoder.accepts("hello".getBytes(StandardCharsets.US_ASCII)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "gif", "bmp"})
    void damagedPicturesAreAFaultOfTheRequest(String format) throws IOException {
        byte[] whole = file(picture(BufferedImage.TYPE_INT_RGB), format);
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 60; round++) {
            byte[] file = Arrays.copyOf(whole, round % 2 == 0 ? whole.length : 6 + random.nextInt(whole.length - 6));
            for (int i = 0; i < 3; i++) {
                file[4 + random.nextInt(file.length - 4)] = (byte) random.nextInt();
            }
            if (decoder.accepts(file)) {
                try {
                    assertTrue(decoder.decode(file).width() > 0);
                } catch (RuntimeFailure e) {
                    assertEquals(ErrorCode.REQUEST_INVALID, e.code());
                }
            }
        }
    }

    private static BufferedImage picture(int type) {
        BufferedImage image = new BufferedImage(3, 2, type);
        for (int y = 0; y < 2; y++) {
            for (int x = 0; x < 3; x++) {
                image.setRGB(x, y, x * 100 << 16 | y * 200 << 8 | 50);
            }
        }
        return image;
    }

    private static byte[] file(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, out));
        return out.toByteArray();
    }

    /** A PNG of signature and header alone. */
    private static byte[] pngHeader(int width, int height) {
        ByteBuffer header = ByteBuffer.allocate(17).put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0});
        CRC32 sum = new CRC32();
        sum.update(header.array());
        return ByteBuffer.allocate(33).put(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}).putInt(13).put(header.array())
                .putInt((int) sum.getValue()).array();
    }
}
