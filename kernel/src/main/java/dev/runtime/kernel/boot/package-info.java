/** The {@code runtime} binary: finds the command and gives it the process ({@link dev.runtime.kernel.boot.Main}). */
package dev.runtime.kernel.boot;
