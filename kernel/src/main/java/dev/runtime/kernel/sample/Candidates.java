package dev.runtime.kernel.sample;

/**
 * The tokens still in the race, each with its logit and a key to order by. Ordered means: larger key first, of equal keys the
 * smaller id first, so results never depend on how a heap happened to be laid out. For one thread.
 */
final class Candidates {
    private int[] ids;
    private float[] logits;
    private double[] keys;
    private int[] nextIds;
    private float[] nextLogits;
    private double[] nextKeys;
    private int size;
    private boolean sorted;
    private double share;

    Candidates(int vocabulary) {
        ids = new int[vocabulary];
        logits = new float[vocabulary];
        keys = new double[vocabulary];
        nextIds = new int[vocabulary];
        nextLogits = new float[vocabulary];
        nextKeys = new double[vocabulary];
    }

    int size() {
        return size;
    }

    int id(int i) {
        return ids[i];
    }

    /** Takes all tokens that are not excluded, in the order of their ids. */
    void all(float[] row) {
        size = 0;
        sorted = false;
        for (int id = 0; id < row.length; id++) {
            if (row[id] > Float.NEGATIVE_INFINITY) {
                set(size++, id, row[id], row[id]);
            }
        }
    }

    /**
     * Takes the k tokens of the largest logits, ordered. Until then the heap has the worst first and its ids inverted, so that of equal
     * ones the larger id goes.
     */
    void top(float[] row, int k) {
        size = 0;
        for (int id = 0; id < row.length; id++) {
            float logit = row[id];
            if (size < k) {
                if (logit > Float.NEGATIVE_INFINITY) {
                    set(size++, ~id, logit, -logit);
                    if (size == k) {
                        heapify();
                    }
                }
            } else if (logit > logits[0]) {
                // ids rise, so of equal logits the one that is already in stays
                set(0, ~id, logit, -logit);
                siftDown(0);
            }
        }
        for (int i = 0; i < size; i++) {
            ids[i] = ~ids[i];
        }
        orderByLogit();
        keepMass(Double.POSITIVE_INFINITY, maxLogit());
    }

    /** Keeps those that a mask allows, at most k, in their order; returns how many. */
    int keep(TokenMask mask, int k) {
        int kept = 0;
        for (int i = 0; i < size && kept < k; i++) {
            if (mask.allows(ids[i])) {
                set(kept++, ids[i], logits[i], keys[i]);
            }
        }
        size = kept;
        return kept;
    }

    /** Leaves out all tokens whose probability is at least the threshold but the least likely of them. */
    void withoutTop(double threshold) {
        double max = maxLogit();
        double sum = sum(max, 1);
        orderByLogit();
        keepMass(Double.POSITIVE_INFINITY, max);
        int above = 0;
        while (above < size && Math.exp(logits[above] - max) >= threshold * sum) {
            above++;
        }
        for (int i = above - 1; above > 1 && i < size; i++) {
            set(i - above + 1, ids[i], logits[i], keys[i]);
        }
        size -= Math.max(0, above - 1);
    }

    /** Keeps tokens whose surprise, {@code -log2(probability)}, is at most mu; the best one always. */
    void surprising(double mu, double temperature) {
        double max = maxLogit();
        double least = Math.min(max, max + temperature * (Math.log(sum(max, temperature)) - mu * Math.log(2)));
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (logits[i] >= least) {
                set(kept++, ids[i], logits[i], keys[i]);
            }
        }
        size = kept;
    }

    /** Returns the exponent of the power law that the first m ordered tokens follow best: ŝ of Basu et al. 2021. */
    double zipfExponent(int m, double temperature) {
        double products = 0;
        double squares = 0;
        for (int i = 0; i + 1 < Math.min(m, size); i++) {
            double t = Math.log((i + 2.0) / (i + 1.0));
            products += t * (logits[i] - logits[i + 1]) / temperature;
            squares += t * t;
        }
        return squares == 0 ? 1 : products / squares;
    }

    /** Returns the probability that the token drawn last had among those that were left. */
    double share() {
        return share;
    }

    /** Keeps those closest to the expected surprise until their probability reaches p (Meister et al. 2022). */
    void typical(double p) {
        double max = maxLogit();
        double sum = sum(max, 1);
        double logSum = max + Math.log(sum);
        double entropy = 0;
        for (int i = 0; i < size; i++) {
            entropy += Math.exp(logits[i] - logSum) * (logSum - logits[i]);
        }
        for (int i = 0; i < size; i++) {
            keys[i] = -Math.abs(logSum - logits[i] - entropy);
        }
        keepMass(p * sum, max);
        sorted = false;
    }

    /** Keeps the smallest set of the most likely tokens whose probability is at least p (Holtzman et al. 2020). */
    void topP(double p) {
        double max = maxLogit();
        double sum = sum(max, 1);
        orderByLogit();
        keepMass(p * sum, max);
    }

    /** Keeps tokens of at least p times the probability of the best one. */
    void minP(double p) {
        double least = maxLogit() + Math.log(Math.min(p, 1));
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (logits[i] >= least) {
                set(kept++, ids[i], logits[i], keys[i]);
            }
        }
        size = kept;
    }

    /** Returns the token on whose share of the cumulative probability, best token first, u of [0, 1) falls. */
    int draw(double temperature, double u) {
        double max = maxLogit();
        double sum = sum(max, temperature);
        double target = u * sum;
        double mass = 0;
        if (sorted) {
            for (int i = 0; i < size; i++) {
                double weight = Math.exp((logits[i] - max) / temperature);
                share = weight / sum;
                mass += weight;
                if (mass > target) {
                    return ids[i];
                }
            }
            return ids[size - 1];
        }
        orderByLogit();
        heapify();
        int last = ids[0];
        while (size > 0) {
            last = ids[0];
            double weight = Math.exp((logits[0] - max) / temperature);
            share = weight / sum;
            mass += weight;
            if (mass > target) {
                return last;
            }
            pop();
        }
        return last;
    }

    private double maxLogit() {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            max = Math.max(max, logits[i]);
        }
        return max;
    }

    private double sum(double max, double temperature) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += Math.exp((logits[i] - max) / temperature);
        }
        return sum;
    }

    private void orderByLogit() {
        for (int i = 0; i < size; i++) {
            keys[i] = logits[i];
        }
    }

    /** Keeps the first ones in order until the sum of {@code exp(logit - max)} reaches the mass, at least one. */
    private void keepMass(double mass, double max) {
        heapify();
        int kept = 0;
        double reached = 0;
        while (size > 0) {
            nextIds[kept] = ids[0];
            nextLogits[kept] = logits[0];
            nextKeys[kept] = keys[0];
            kept++;
            reached += Math.exp(logits[0] - max);
            if (reached >= mass) {
                break;
            }
            pop();
        }
        swap();
        size = kept;
        sorted = true;
    }

    private void swap() {
        int[] i = ids;
        ids = nextIds;
        nextIds = i;
        float[] l = logits;
        logits = nextLogits;
        nextLogits = l;
        double[] k = keys;
        keys = nextKeys;
        nextKeys = k;
    }

    private void set(int i, int id, float logit, double key) {
        ids[i] = id;
        logits[i] = logit;
        keys[i] = key;
    }

    private void pop() {
        size--;
        set(0, ids[size], logits[size], keys[size]);
        siftDown(0);
    }

    private void heapify() {
        for (int i = size / 2 - 1; i >= 0; i--) {
            siftDown(i);
        }
    }

    private void siftDown(int from) {
        int id = ids[from];
        float logit = logits[from];
        double key = keys[from];
        int i = from;
        for (int child = 2 * i + 1; child < size; child = 2 * i + 1) {
            if (child + 1 < size && before(keys[child + 1], ids[child + 1], keys[child], ids[child])) {
                child++;
            }
            if (!before(keys[child], ids[child], key, id)) {
                break;
            }
            set(i, ids[child], logits[child], keys[child]);
            i = child;
        }
        set(i, id, logit, key);
    }

    private static boolean before(double keyA, int idA, double keyB, int idB) {
        return keyA > keyB || keyA == keyB && idA < idB;
    }
}
