/** Where models come from, and models that run elsewhere. */
package dev.runtime.api.source;
