/** Functions that models may call. */
package dev.runtime.api.tool;
