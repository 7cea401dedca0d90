package dev.runtime.plugin.cli;

/** The perplexity of tokens so far: the exponential of their mean negative log probability. For one thread. */
final class Perplexity {
    private long count;
    private double sum;
    private double squares;

    /** Adds tokens by the natural logarithms of their probabilities. */
    void add(double[] logprobs) {
        for (double logprob : logprobs) {
            sum -= logprob;
            squares += logprob * logprob;
        }
        count += logprobs.length;
    }

    /** Returns the number of tokens. */
    long count() {
        return count;
    }

    /** Returns the mean negative log probability. */
    double mean() {
        return sum / count;
    }

    /** Returns the perplexity. */
    double value() {
        return Math.exp(mean());
    }

    /** Returns its standard error: that of the mean, {@code sqrt((E[x^2] - E[x]^2) / (n - 1))}, times the slope of the exponential. */
    double error() {
        double variance = squares / count - mean() * mean();
        return count > 1 && variance > 0 ? Math.sqrt(variance / (count - 1)) * value() : 0;
    }
}
