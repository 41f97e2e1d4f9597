/* The interface between Rust and libjpeg-turbo; see shim.c. Mirrored in context.rs. */
#ifndef HUB_JPEG_SHIM_H
#define HUB_JPEG_SHIM_H

#include <stddef.h>
#include <stdint.h>

typedef struct hub_jpeg hub_jpeg;

/* What every call returns. */
enum {
  HUB_JPEG_OK = 0,
  HUB_JPEG_ERROR = 1,   /* libjpeg's error; its text is in hub_jpeg_message() */
  HUB_JPEG_ENTROPY = 2, /* the caller's entropy decoder refused */
  HUB_JPEG_SCANS = 3,   /* more scans than allowed */
};

/* Facts of the header, known before anything is allocated for the pixels. */
typedef struct {
  uint32_t width, height;
  uint32_t components;    /* 1 grey, 3, 4 CMYK or YCCK */
  uint32_t one_scan;      /* 1: 8 bits, baseline or extended Huffman, one scan of all components, no restart interval */
  uint32_t many_scans;    /* libjpeg buffers all coefficients */
  uint32_t adobe;         /* an Adobe marker: CMYK is stored inverted */
  uint32_t mcu_width;     /* pixels of a minimum coded unit, as libjpeg's crop aligns */
  size_t scan_offset;     /* of the first entropy-coded byte, in the file */
} hub_jpeg_header;

/* What a Huffman decoder of the scan needs. */
typedef struct {
  uint32_t blocks;             /* a MCU, at most 10 */
  uint32_t mcus_per_row, mcu_rows;
  uint32_t first_col, last_col; /* the columns that are needed after a crop */
  uint8_t component[10];       /* of each block */
  uint8_t dc_table[4], ac_table[4]; /* of each component */
  const uint8_t *dc_bits[4], *dc_values[4], *ac_bits[4], *ac_values[4]; /* 17 and 256 bytes, or NULL */
} hub_jpeg_scan;

/* Decodes the next MCU into blocks (zeroed, natural order), or skips it (NULL). Not 0: refuse. */
typedef int (*hub_jpeg_decode_mcu)(void *user, int16_t *blocks);

hub_jpeg *hub_jpeg_new(void);
void hub_jpeg_free(hub_jpeg *);
int hub_jpeg_open(hub_jpeg *, const uint8_t *data, size_t len, uint32_t max_scans, hub_jpeg_header *);
int hub_jpeg_start(hub_jpeg *, uint32_t eighths, uint32_t *width, uint32_t *height, uint32_t *channels);
int hub_jpeg_crop(hub_jpeg *, uint32_t *x, uint32_t *width);
void hub_jpeg_scan_facts(const hub_jpeg *, hub_jpeg_scan *);
void hub_jpeg_set_entropy(hub_jpeg *, hub_jpeg_decode_mcu, void *user);
int hub_jpeg_skip(hub_jpeg *, uint32_t rows);
int hub_jpeg_read(hub_jpeg *, uint8_t *pixels, size_t stride, uint32_t rows);
void hub_jpeg_close(hub_jpeg *);
const char *hub_jpeg_message(const hub_jpeg *);
uint32_t hub_jpeg_warnings(const hub_jpeg *, uint32_t *ended_early);

/* Encodes RGB rows without gaps, as baseline with 4:2:0. Returns the file, to be freed by hub_jpeg_encoded_free(), or
 * NULL. */
uint8_t *hub_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, uint32_t quality, size_t *len);
void hub_jpeg_encoded_free(uint8_t *);

#endif
