package dev.runtime.plugin.images;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads a picture with the JDK. The sizes that its header claims are checked before the rest is read. */
final class JdkReader {
    /** Pixels of the largest picture: what a good camera takes. A file of a few kilobytes can claim billions. */
    static final long MOST_PIXELS = 50_000_000;

    private static final int WHITE = 255;

    private JdkReader() {}

    static Pixels read(byte[] file, String format) {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, true, true);
            long width = reader.getWidth(0);
            long height = reader.getHeight(0);
            if (width < 1 || height < 1 || width * height > MOST_PIXELS) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "a picture of " + width + " x " + height + " pixels; up to " + MOST_PIXELS
                        + " are decoded, send a smaller one");
            }
            return pixels(reader.read(0));
        } catch (IOException | RuntimeException e) {
            if (e instanceof RuntimeFailure failure) {
                throw failure;
            }
            // the readers throw all kinds of exceptions for damaged files
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "a picture of " + file.length + " bytes is no readable " + format + ": "
                    + e.getMessage(), e);
        } finally {
            reader.dispose();
        }
    }

    private static Pixels pixels(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int alpha = row[x] >>> 24;
                for (int c = 0; c < 3; c++) {
                    int value = row[x] >> (16 - 8 * c) & 0xFF;
                    rgb[3 * (y * width + x) + c] = (byte) ((value * alpha + WHITE * (255 - alpha) + 127) / 255);
                }
            }
        }
        return new Pixels(width, height, rgb);
    }
}
