package dev.runtime.plugin.architectures.images;

import dev.runtime.api.model.Pixels;

/**
 * Scaling with a triangle filter that widens with the factor when an image shrinks, so that all pixels count: what training pipelines call
 * bilinear with antialiasing. Values are colours from 0 to 255, not rounded between the two directions.
 */
final class Resampling {
    private Resampling() {}

    /** Returns {@code [height, width, 3]} floats. */
    static float[] scale(Pixels image, int width, int height) {
        float[] source = new float[image.rgb().length];
        for (int i = 0; i < source.length; i++) {
            source[i] = image.rgb()[i] & 0xFF;
        }
        float[] wide = image.width() == width ? source : columns(source, image.width(), image.height(), width);
        return image.height() == height ? wide : rows(wide, width, image.height(), height);
    }

    private static float[] columns(float[] source, int from, int height, int to) {
        float[] target = new float[3 * to * height];
        for (int x = 0; x < to; x++) {
            Filter filter = Filter.of(x, from, to);
            for (int y = 0; y < height; y++) {
                for (int c = 0; c < 3; c++) {
                    double sum = 0;
                    for (int i = 0; i < filter.weights.length; i++) {
                        sum += filter.weights[i] * source[3 * (y * from + filter.first + i) + c];
                    }
                    target[3 * (y * to + x) + c] = (float) sum;
                }
            }
        }
        return target;
    }

    private static float[] rows(float[] source, int width, int from, int to) {
        float[] target = new float[3 * width * to];
        for (int y = 0; y < to; y++) {
            Filter filter = Filter.of(y, from, to);
            for (int i = 0; i < 3 * width; i++) {
                double sum = 0;
                for (int j = 0; j < filter.weights.length; j++) {
                    sum += filter.weights[j] * source[3 * width * (filter.first + j) + i];
                }
                target[3 * width * y + i] = (float) sum;
            }
        }
        return target;
    }

    /** The weights of the source pixels from {@code first} on for one target pixel; they add up to 1. */
    private record Filter(int first, double[] weights) {
        static Filter of(int target, int from, int to) {
            double scale = (double) from / to;
            double radius = Math.max(1, scale);
            double centre = (target + 0.5) * scale;
            int first = Math.max(0, (int) Math.floor(centre - radius));
            int end = Math.min(from, (int) Math.ceil(centre + radius));
            double[] weights = new double[end - first];
            double total = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Math.max(0, 1 - Math.abs(first + i + 0.5 - centre) / radius);
                total += weights[i];
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] /= total;
            }
            return new Filter(first, weights);
        }
    }
}
