// Weights in the order of these kernels: 16 rows side by side, dword by dword, so that one load has a dword of each row and a product reads
// memory as one stream. The bytes are those of the file. Types whose blocks are no whole dwords put the odd bytes of two or four blocks
// (a unit) into one dword before them; the last unit of a row may have fewer blocks. Floats of 16 bits stay row after row: their copy is for
// the large pages alone, from which rows are streamed faster than from a mapped file.

// head: bytes of a block that are kept in the dword of its unit, from `head_at` on; the others begin at `body_at`
typedef struct {
    int unit, head, head_at, body_at;
} packing;

static inline packing packing_of(int type) {
    switch (type) {
        case Q4_0: case IQ4_NL: case Q8_0: case Q5_0: return (packing){2, 2, 0, 2};
        case MXFP4: return (packing){4, 1, 0, 1};
        case Q6_K: return (packing){2, 2, 208, 0};
        case Q3_K: return (packing){2, 2, 108, 0};
        default: return (packing){1, 0, 0, 0};
    }
}

static inline size_t body_of(int type) { return (size_t)(format_of(type).bytes - packing_of(type).head); }

// Where block `b` of each row begins, without its head; times 16 it is the place in packed rows.
static inline size_t packed_at(int type, size_t b) {
    packing p = packing_of(type);
    size_t heads = p.head ? 4 * (b / (size_t)p.unit + 1) : 0;
    return heads + b * body_of(type);
}

static inline int keeps_order(int type) { return type == F16 || type == BF16; }

// Bytes of a packed row.
static inline size_t packed_row(int type, int in) {
    if (keeps_order(type)) return 2 * (size_t)in;
    int blocks = in / format_of(type).block, unit = packing_of(type).unit;
    return (packing_of(type).head ? 4 * (size_t)((blocks + unit - 1) / unit) : 0) + (size_t)blocks * body_of(type);
}

// 16 rows, either as the file has them or packed.
typedef struct {
    const uint8_t *const *rows; // NULL if packed
    const uint8_t *packed;
} weights16;

static inline __m128i bytes16(const uint8_t *p) { return _mm_loadu_si128((const void *)p); }

// 16 bytes of each of 16 rows: v[k] has dword k of every row.
static inline __attribute__((always_inline)) void transposed(const uint8_t *const rows[16], size_t at, __m512i v[4]) {
    __m512i a[4]; // rows i, 4 + i, 8 + i, 12 + i
    for (int i = 0; i < 4; i++) {
        a[i] = _mm512_castsi128_si512(bytes16(rows[i] + at));
        a[i] = _mm512_mask_broadcast_i32x4(a[i], 0x00f0, bytes16(rows[4 + i] + at));
        a[i] = _mm512_mask_broadcast_i32x4(a[i], 0x0f00, bytes16(rows[8 + i] + at));
        a[i] = _mm512_mask_broadcast_i32x4(a[i], 0xf000, bytes16(rows[12 + i] + at));
    }
    __m512i s = _mm512_unpacklo_epi32(a[0], a[1]), t = _mm512_unpackhi_epi32(a[0], a[1]);
    __m512i u = _mm512_unpacklo_epi32(a[2], a[3]), w = _mm512_unpackhi_epi32(a[2], a[3]);
    v[0] = _mm512_unpacklo_epi64(s, u);
    v[1] = _mm512_unpackhi_epi64(s, u);
    v[2] = _mm512_unpacklo_epi64(t, w);
    v[3] = _mm512_unpackhi_epi64(t, w);
}

// The same of either form; packed rows have only whole dwords.
static inline __attribute__((always_inline)) void quads(weights16 w, size_t at, __m512i v[4]) {
    if (w.rows) {
        transposed(w.rows, at, v);
    } else {
        for (int k = 0; k < 4; k++) v[k] = _mm512_load_si512(w.packed + 16 * at + 64 * (size_t)k);
    }
}

// Where the heads of the unit of block `b` are, in a packed row.
static inline size_t heads_at(int type, size_t b) { return packed_at(type, b - b % (size_t)packing_of(type).unit) - 4; }

// The dword of those heads.
static inline __m512i heads_of(int type, weights16 w, size_t b) { return _mm512_load_si512(w.packed + 16 * heads_at(type, b)); }

static inline void row_pointers(const uint8_t *w, size_t row_bytes, int rows, const uint8_t *row[16]) {
    for (int i = 0; i < 16; i++) row[i] = w + (size_t)(i < rows ? i : rows - 1) * row_bytes;
}

// Bytes of `rows` packed rows; 0 if the type has no such order.
int64_t LEVEL(packed_bytes)(int type, int in, int64_t rows) {
    return type == F32 ? 0 : (rows + 15) / 16 * 16 * (int64_t)packed_row(type, in);
}

// Packs rows [from, to) of a matrix, `from` being a multiple of 16; the last rows of a group may be missing.
void LEVEL(pack)(int type, const uint8_t *w, int64_t row_bytes, int in, int from, int to, uint8_t *packed) {
    size_t packed_bytes = packed_row(type, in);
    if (keeps_order(type)) {
        for (int r = from; r < to; r++) memcpy(packed + (size_t)r * packed_bytes, w + (size_t)r * (size_t)row_bytes, packed_bytes);
        return;
    }
    packing p = packing_of(type);
    size_t size = (size_t)format_of(type).bytes, body = body_of(type);
    int blocks = in / format_of(type).block;
    for (int r = from; r < to; r += 16) {
        const uint8_t *row[16];
        row_pointers(w + (size_t)r * (size_t)row_bytes, (size_t)row_bytes, to - r, row);
        uint8_t *group = packed + (size_t)r * packed_bytes;
        for (int b = 0; b < blocks; b++) {
            size_t at = (size_t)b * size, out = 16 * packed_at(type, (size_t)b);
            if (p.head && b % p.unit == 0) memset(group + out - 64, 0, 64);
            if (p.head)
                for (int i = 0; i < 16; i++)
                    memcpy(group + 16 * heads_at(type, (size_t)b) + 4 * i + p.head * (b % p.unit), row[i] + at + p.head_at, (size_t)p.head);
            for (size_t i = 0; i < body; i += 16) {
                size_t k = i + 16 <= body ? i : body - 16;
                __m512i v[4];
                transposed(row, at + (size_t)p.body_at + k, v);
                for (int j = 0; j < 4; j++) _mm512_store_si512(group + out + 16 * k + 64 * (size_t)j, v[j]);
            }
        }
    }
}
