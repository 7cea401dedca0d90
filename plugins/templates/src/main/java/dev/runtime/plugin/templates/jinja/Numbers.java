package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Expression.Operator;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;

/** Python's arithmetic: integers without a limit (here with one), true division, remainders with the divisor's sign. */
final class Numbers {
    /** Most bits of an integer: far more than any template needs, few enough to be quick. */
    private static final int MAX_BITS = 4096;

    private Numbers() {}

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean || value instanceof BigInteger;
    }

    static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof Boolean || value instanceof BigInteger;
    }

    /** Returns an integer as {@code Long} if it fits. */
    static Object shortened(BigInteger value) {
        if (value.bitLength() > MAX_BITS) {
            throw TemplateError.denied("an integer of more than " + MAX_BITS + " bits");
        }
        return value.bitLength() < Long.SIZE ? (Object) value.longValueExact() : value;
    }

    static BigInteger big(Object integer) {
        return switch (integer) {
            case Long number -> BigInteger.valueOf(number);
            case Boolean flag -> flag ? BigInteger.ONE : BigInteger.ZERO;
            case BigInteger number -> number;
            default -> throw TemplateError.type("an integer is needed, not " + Values.typeName(integer));
        };
    }

    static double real(Object number) {
        return switch (number) {
            case Double value -> value;
            case Long value -> value;
            case Boolean flag -> flag ? 1 : 0;
            case BigInteger value -> value.doubleValue();
            default -> throw TemplateError.type("a number is needed, not " + Values.typeName(number));
        };
    }

    static int compare(Object left, Object right) {
        if (left instanceof Long first && right instanceof Long second) {
            return first.compareTo(second);
        }
        if (isInteger(left) && isInteger(right)) {
            return big(left).compareTo(big(right));
        }
        double first = real(left);
        double second = real(right);
        if (Double.isInfinite(first) || Double.isNaN(first) || Double.isInfinite(second) || Double.isNaN(second)) {
            return first == second ? 0 : Double.compare(first, second);
        }
        return exact(left).compareTo(exact(right));
    }

    private static BigDecimal exact(Object number) {
        return number instanceof Double real ? new BigDecimal(real) : new BigDecimal(big(number));
    }

    static Object negated(Object value) {
        return value instanceof Double real ? (Object) (-real) : shortened(big(value).negate());
    }

    static Object apply(Operator operator, Object left, Object right) {
        if (operator == Operator.DIVIDE) {
            return quotient(left, right);
        }
        if (isInteger(left) && isInteger(right)) {
            if (left instanceof Long first && right instanceof Long second && operator == Operator.ADD) {
                long sum = first + second;
                if (((first ^ sum) & (second ^ sum)) >= 0) {
                    return sum;
                }
            }
            return integers(operator, big(left), big(right));
        }
        return reals(operator, real(left), real(right));
    }

    private static Object quotient(Object left, Object right) {
        double divisor = real(right);
        if (divisor == 0) {
            throw TemplateError.type("division by zero");
        }
        return real(left) / divisor;
    }

    private static Object integers(Operator operator, BigInteger left, BigInteger right) {
        return switch (operator) {
            case ADD -> shortened(left.add(right));
            case SUBTRACT -> shortened(left.subtract(right));
            case MULTIPLY -> shortened(left.multiply(right));
            case FLOOR_DIVIDE -> {
                BigInteger[] parts = left.divideAndRemainder(nonZero(right));
                boolean below = parts[1].signum() != 0 && parts[1].signum() != right.signum();
                yield shortened(below ? parts[0].subtract(BigInteger.ONE) : parts[0]);
            }
            case MODULO -> {
                BigInteger remainder = left.remainder(nonZero(right));
                boolean other = remainder.signum() != 0 && remainder.signum() != right.signum();
                yield shortened(other ? remainder.add(right) : remainder);
            }
            case POWER -> power(left, right);
            case DIVIDE, CONCATENATE -> throw new IllegalArgumentException(operator.name());
        };
    }

    private static BigInteger nonZero(BigInteger divisor) {
        if (divisor.signum() == 0) {
            throw TemplateError.type("division by zero");
        }
        return divisor;
    }

    private static Object power(BigInteger base, BigInteger exponent) {
        if (exponent.signum() < 0) {
            return Math.pow(base.doubleValue(), exponent.doubleValue());
        }
        boolean trivial = base.bitLength() <= 1 && base.abs().bitLength() <= 1;
        if (trivial) {
            return exponent.signum() == 0 || base.signum() == 1 || base.signum() == -1 && !exponent.testBit(0)
                    ? 1L
                    : (Object) base.longValueExact();
        }
        if (exponent.bitLength() > 16 || (long) base.bitLength() * exponent.intValue() > MAX_BITS) {
            throw TemplateError.denied("an integer of more than " + MAX_BITS + " bits");
        }
        return shortened(base.pow(exponent.intValue()));
    }

    private static Object reals(Operator operator, double left, double right) {
        return switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case FLOOR_DIVIDE -> Math.floor(left / nonZero(right));
            case MODULO -> {
                double remainder = left % nonZero(right);
                yield remainder != 0 && remainder < 0 != right < 0 ? remainder + right : remainder;
            }
            case POWER -> Math.pow(left, right);
            case DIVIDE, CONCATENATE -> throw new IllegalArgumentException(operator.name());
        };
    }

    private static double nonZero(double divisor) {
        if (divisor == 0) {
            throw TemplateError.type("division by zero");
        }
        return divisor;
    }

    /** Rounds half to even on the exact value, as Python's {@code round}. */
    static double rounded(double value, int digits, RoundingMode mode) {
        if (Double.isNaN(value) || Double.isInfinite(value) || Math.abs(digits) > 300) {
            return value;
        }
        return new BigDecimal(value).setScale(digits, mode).doubleValue();
    }

    /** Parses what Python's {@code int} takes, without its base prefix; null if it does not. */
    static Object parsedInteger(String text, int radix) {
        String digits = Spaces.strip(text, null, true, true).replace("_", "");
        if (digits.isEmpty() || digits.length() > 1000 || radix < 2 || radix > 36) {
            return null;
        }
        try {
            return shortened(new BigInteger(digits, radix));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Parses what Python's {@code float} takes; null if it does not. */
    static Double parsedReal(String text) {
        String digits = Spaces.strip(text, null, true, true).replace("_", "");
        if (digits.isEmpty() || digits.length() > 1000 || "dDfF".indexOf(digits.charAt(digits.length() - 1)) >= 0 || digits.contains("x")) {
            return namedReal(digits);
        }
        try {
            return Double.valueOf(digits);
        } catch (NumberFormatException e) {
            return namedReal(digits);
        }
    }

    private static Double namedReal(String digits) {
        return switch (digits.toLowerCase(Locale.ROOT)) {
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            case "nan", "+nan", "-nan" -> Double.NaN;
            default -> null;
        };
    }
}
