package dev.runtime.kernel.constrain;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Numbers in bounds, as text digit by digit. Numbers with bounds have no exponents. */
final class NumberForm {
    private static final Expression DIGIT = new Expression.Characters(CodePoints.of('0', '9'));
    private static final int MOST_FRACTION = 16;
    /** Numbers without an upper bound have at most so many digits, or one more than their lower bound. */
    private static final int DIGITS = 16;
    /** The product of a bound's digits and a divisor is the size of its automaton. */
    private static final int MOST_DIVISOR = 1000;
    private static final int MOST_BOUND_DIGITS = 100;

    private NumberForm() {}

    /**
     * What numbers must be.
     *
     * @param low the lower bound, null for none
     * @param lowOpen whether the lower bound itself is excluded
     * @param high the upper bound, null for none
     * @param highOpen whether the upper bound itself is excluded
     */
    record Bounds(BigDecimal low, boolean lowOpen, BigDecimal high, boolean highOpen) {
        static final Bounds NONE = new Bounds(null, false, null, false);

        boolean none() {
            return low == null && high == null;
        }

        /** Bounds with thousands of digits are a way to make large grammars. */
        boolean tooLong() {
            return tooLong(low) || tooLong(high);
        }

        private static boolean tooLong(BigDecimal bound) {
            return bound != null && (bound.precision() > MOST_BOUND_DIGITS || Math.abs((long) bound.scale()) > MOST_BOUND_DIGITS);
        }

        private Bounds negated() {
            return new Bounds(high == null ? null : high.negate(), highOpen, low == null ? null : low.negate(), lowOpen);
        }
    }

    /** Returns integers in bounds. */
    static Expression integers(Bounds bounds) {
        BigInteger low = bounds.low() == null ? null : ceiling(bounds.low(), bounds.lowOpen());
        BigInteger high = bounds.high() == null ? null : ceiling(bounds.high().negate(), bounds.highOpen()).negate();
        return signed(low, high);
    }

    private static BigInteger ceiling(BigDecimal value, boolean open) {
        BigInteger up = value.setScale(0, RoundingMode.CEILING).toBigInteger();
        return open && value.compareTo(new BigDecimal(up)) == 0 ? up.add(BigInteger.ONE) : up;
    }

    private static Expression signed(BigInteger low, BigInteger high) {
        List<Expression> options = new ArrayList<>();
        if (high == null || high.signum() >= 0) {
            options.add(natural(low == null || low.signum() < 0 ? BigInteger.ZERO : low, high));
        }
        if (low == null || low.signum() < 0) {
            BigInteger least = high == null || high.signum() >= 0 ? BigInteger.ONE : high.negate();
            options.add(Expression.sequence(Expression.text("-"), natural(least, low == null ? null : low.negate())));
        }
        return new Expression.Choice(options);
    }

    /** Returns the decimal numbers from low to high, neither negative; without a high end up to some length. */
    private static Expression natural(BigInteger low, BigInteger high) {
        BigInteger top = high != null ? high : BigInteger.TEN.pow(Math.max(DIGITS, low.toString().length() + 1)).subtract(BigInteger.ONE);
        List<Expression> options = new ArrayList<>();
        BigInteger from = low;
        while (from.compareTo(top) <= 0) {
            // all numbers of one length
            BigInteger last = BigInteger.TEN.pow(from.toString().length()).subtract(BigInteger.ONE).min(top);
            options.add(digits(from.toString(), last.toString()));
            from = last.add(BigInteger.ONE);
        }
        return new Expression.Choice(options);
    }

    /** Returns texts of digits between two of the same length. */
    private static Expression digits(String low, String high) {
        if (low.isEmpty()) {
            return Expression.EMPTY;
        }
        if (low.chars().allMatch(c -> c == '0') && high.chars().allMatch(c -> c == '9')) {
            return new Expression.Repeat(DIGIT, low.length(), low.length());
        }
        char first = low.charAt(0);
        char last = high.charAt(0);
        int rest = low.length() - 1;
        if (first == last) {
            return Expression.sequence(Expression.text(low.substring(0, 1)), digits(low.substring(1), high.substring(1)));
        }
        List<Expression> options = new ArrayList<>();
        options.add(Expression.sequence(Expression.text(low.substring(0, 1)), digits(low.substring(1), "9".repeat(rest))));
        if (last - first > 1) {
            options.add(Expression.sequence(new Expression.Characters(CodePoints.of(first + 1, last - 1)), new Expression.Repeat(DIGIT, rest, rest)));
        }
        options.add(Expression.sequence(Expression.text(high.substring(0, 1)), digits("0".repeat(rest), high.substring(1))));
        return new Expression.Choice(options);
    }

    /** Returns decimal numbers in bounds; with at most so many digits after the point. */
    static Expression decimals(Bounds bounds, int places) {
        int most = Math.min(places, MOST_FRACTION);
        List<Expression> options = new ArrayList<>();
        if (bounds.high() == null || bounds.high().signum() > 0 || bounds.high().signum() == 0 && !bounds.highOpen()) {
            options.add(magnitudes(bounds, most));
        }
        if (bounds.low() == null || bounds.low().signum() < 0) {
            // -0 is a number too, but not one that anybody expects
            Bounds mirrored = bounds.negated();
            boolean fromZero = mirrored.low() == null || mirrored.low().signum() <= 0;
            Bounds below = fromZero ? new Bounds(BigDecimal.ZERO, true, mirrored.high(), mirrored.highOpen()) : mirrored;
            options.add(Expression.sequence(Expression.text("-"), magnitudes(below, most)));
        }
        return new Expression.Choice(options);
    }

    /** Returns numbers without a sign. */
    private static Expression magnitudes(Bounds bounds, int places) {
        BigDecimal low = bounds.low() == null || bounds.low().signum() < 0 ? BigDecimal.ZERO : bounds.low();
        boolean lowOpen = bounds.low() != null && bounds.low().signum() >= 0 && bounds.lowOpen();
        BigInteger first = low.toBigInteger();
        String lowFraction = fraction(low);
        List<Expression> options = new ArrayList<>();
        if (bounds.high() == null) {
            options.add(Expression.sequence(natural(first.add(BigInteger.ONE), null), anyFraction(places)));
            options.add(Expression.sequence(Expression.text(first.toString()), above(lowFraction, lowOpen, places)));
            return new Expression.Choice(options);
        }
        BigInteger last = bounds.high().toBigInteger();
        String highFraction = fraction(bounds.high());
        if (first.equals(last)) {
            return both(first, lowFraction, lowOpen, highFraction, bounds.highOpen(), places);
        }
        options.add(Expression.sequence(Expression.text(first.toString()), above(lowFraction, lowOpen, places)));
        if (last.subtract(first).compareTo(BigInteger.ONE) > 0) {
            options.add(Expression.sequence(natural(first.add(BigInteger.ONE), last.subtract(BigInteger.ONE)), anyFraction(places)));
        }
        if (last.compareTo(first) > 0) {
            options.add(Expression.sequence(Expression.text(last.toString()), below(highFraction, bounds.highOpen(), places)));
        }
        return new Expression.Choice(options);
    }

    /** Both bounds have the same whole part: what both conditions on the fraction accept. */
    private static Expression both(BigInteger whole, String low, boolean lowOpen, String high, boolean highOpen, int places) {
        Machine fractions = MachineBuilder.of(above(low, lowOpen, places)).and(MachineBuilder.of(below(high, highOpen, places)));
        return Expression.sequence(Expression.text(whole.toString()), unrolled(fractions, 0));
    }

    /** Fractions are short, so their machine has no cycles and can be written out; shared states are written more than once. */
    private static Expression unrolled(Machine machine, int state) {
        List<Expression> options = new ArrayList<>();
        if (machine.accepts().get(state)) {
            options.add(Expression.EMPTY);
        }
        machine.ways().get(state).forEach((next, set) ->
                options.add(Expression.sequence(new Expression.Characters(set), unrolled(machine, next))));
        return new Expression.Choice(options);
    }

    private static Expression anyFraction(int places) {
        return places == 0 ? Expression.EMPTY
                : Expression.optional(Expression.sequence(Expression.text("."), new Expression.Repeat(DIGIT, 1, places)));
    }

    /** Returns the digits after the point without zeros at the end. */
    private static String fraction(BigDecimal value) {
        BigDecimal fraction = value.remainder(BigDecimal.ONE).stripTrailingZeros();
        return fraction.signum() == 0 ? "" : fraction.toPlainString().substring(2);
    }

    /** Returns the point and fractions of at least, or more than, one. */
    private static Expression above(String least, boolean open, int places) {
        List<Expression> options = new ArrayList<>();
        if (least.isEmpty() && !open) {
            return anyFraction(places);
        }
        for (int i = 0; i < places; i++) {
            char digit = i < least.length() ? least.charAt(i) : '0';
            String same = i < least.length() ? least.substring(0, i) : least + "0".repeat(i - least.length());
            if (digit < '9') {
                options.add(Expression.sequence(Expression.text("." + same), new Expression.Characters(CodePoints.of(digit + 1, '9')),
                        new Expression.Repeat(DIGIT, 0, places - i - 1)));
            }
        }
        if (!open && least.length() <= places) {
            options.add(Expression.sequence(Expression.text("." + least), new Expression.Repeat(DIGIT, 0, places - least.length())));
        }
        return new Expression.Choice(options);
    }

    /** Returns the point and fractions of at most, or less than, one; none at all is 0. */
    private static Expression below(String most, boolean open, int places) {
        List<Expression> options = new ArrayList<>();
        if (!most.isEmpty() || !open) {
            options.add(Expression.EMPTY);
        }
        for (int i = 0; i < Math.min(most.length(), places); i++) {
            if (i > 0) {
                // a prefix is smaller than the whole
                options.add(Expression.text("." + most.substring(0, i)));
            }
            if (most.charAt(i) > '0') {
                options.add(Expression.sequence(Expression.text("." + most.substring(0, i)),
                        new Expression.Characters(CodePoints.of('0', most.charAt(i) - 1)), new Expression.Repeat(DIGIT, 0, places - i - 1)));
            }
        }
        if (!open && most.length() <= places && places > 0) {
            Expression zeros = new Expression.Repeat(Expression.text("0"), most.isEmpty() ? 1 : 0, places - most.length());
            options.add(Expression.sequence(Expression.text("." + most), zeros));
        }
        return new Expression.Choice(options);
    }

    /**
     * Returns multiples of a number, which must be a whole one up to a limit, or a power of ten below one.
     *
     * @return null if that cannot be written
     */
    static Expression multiples(Rules rules, Bounds bounds, BigDecimal of, boolean integers) {
        BigDecimal plain = of.stripTrailingZeros();
        if (plain.signum() <= 0) {
            return null;
        }
        if (plain.scale() > 0) {
            // 0.01: two places after the point; an integer is a multiple of that anyway
            return !plain.unscaledValue().equals(BigInteger.ONE) || plain.scale() > MOST_FRACTION ? null
                    : integers ? integers(bounds) : decimals(bounds, plain.scale());
        }
        if (plain.compareTo(BigDecimal.valueOf(MOST_DIVISOR)) > 0) {
            return null;
        }
        Machine machine = MachineBuilder.of(integers(bounds)).and(remainders(plain.intValueExact()));
        return machine.expression(rules, Expression.Characters::new);
    }

    /** Texts of digits, perhaps with a sign, whose number divided by n leaves nothing: a state for each remainder. */
    private static Machine remainders(int n) {
        List<Map<Integer, CodePoints>> ways = new ArrayList<>();
        List<Boolean> accepts = new ArrayList<>();
        for (int state = -1; state < n; state++) {
            Map<Integer, CodePoints> to = new LinkedHashMap<>();
            int remainder = Math.max(0, state);
            if (state == -1) {
                to.put(1, CodePoints.of('-', '-'));
            }
            for (int digit = 0; digit <= 9; digit++) {
                to.merge(1 + (remainder * 10 + digit) % n, CodePoints.of('0' + digit, '0' + digit), CodePoints::union);
            }
            ways.add(to);
            accepts.add(state == 0);
        }
        return new Machine(ways, accepts);
    }
}
