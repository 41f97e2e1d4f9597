/*
 * Calls libjpeg-turbo, and lets Rust replace the entropy decoder of a scan.
 *
 * libjpeg reports errors by a function that must not return. Each entry point therefore sets a jump target of its own,
 * and no jump crosses a frame of Rust: the callback returns a status, and the jump is made here.
 */
#define JPEG_INTERNALS
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jinclude.h"
#include "jpeglib.h"
#include "jerror.h"
#include "shim.h"

#ifndef WITH_SIMD
#error "libjpeg-turbo was built without SIMD: install nasm (scripts/setup.sh), then `cargo clean -p turbojpeg-sys`"
#endif

struct hub_jpeg {
  struct jpeg_decompress_struct c;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf target;
  int status;
  uint32_t max_scans;
  uint32_t ended_early;
  hub_jpeg_decode_mcu decode_mcu;
  void *user;
  char message[JMSG_LENGTH_MAX];
};

static void on_error(j_common_ptr c)
{
  hub_jpeg *j = (hub_jpeg *)c;
  j->status = HUB_JPEG_ERROR;
  (*c->err->format_message)(c, j->message);
  longjmp(j->target, 1);
}

/* Warnings are counted; the first one's text is kept. */
static void on_message(j_common_ptr c, int level)
{
  hub_jpeg *j = (hub_jpeg *)c;
  if (level >= 0)
    return;
  if (c->err->num_warnings++ == 0)
    (*c->err->format_message)(c, j->message);
  if (c->err->msg_code == JWRN_JPEG_EOF)
    j->ended_early = 1;
}

static void on_progress(j_common_ptr c)
{
  hub_jpeg *j = (hub_jpeg *)c;
  if ((uint32_t)j->c.input_scan_number > j->max_scans) {
    j->status = HUB_JPEG_SCANS;
    longjmp(j->target, 1);
  }
}

static boolean on_mcu(j_decompress_ptr c, JBLOCKROW *blocks)
{
  hub_jpeg *j = (hub_jpeg *)c;
  /* decompress_onepass() allocates the blocks of a MCU as one array. */
  if (j->decode_mcu(j->user, blocks ? (int16_t *)blocks[0] : NULL) != 0) {
    j->status = HUB_JPEG_ENTROPY;
    longjmp(j->target, 1);
  }
  return TRUE;
}

#define GUARD(j) \
  do { \
    (j)->status = HUB_JPEG_OK; \
    if (setjmp((j)->target)) \
      return (j)->status; \
  } while (0)

hub_jpeg *hub_jpeg_new(void)
{
  hub_jpeg *j = calloc(1, sizeof(*j));
  if (!j)
    return NULL;
  j->c.err = jpeg_std_error(&j->errors);
  j->errors.error_exit = on_error;
  j->errors.emit_message = on_message;
  if (setjmp(j->target)) {
    jpeg_destroy_decompress(&j->c);
    free(j);
    return NULL;
  }
  jpeg_create_decompress(&j->c);
  j->progress.progress_monitor = on_progress;
  j->c.progress = &j->progress;
  return j;
}

void hub_jpeg_free(hub_jpeg *j)
{
  jpeg_destroy_decompress(&j->c);
  free(j);
}

int hub_jpeg_open(hub_jpeg *j, const uint8_t *data, size_t len, uint32_t max_scans, hub_jpeg_header *h)
{
  j_decompress_ptr c = &j->c;
  j->max_scans = max_scans;
  j->ended_early = 0;
  j->decode_mcu = NULL;
  j->message[0] = 0;
  j->errors.num_warnings = 0;
  GUARD(j);
  jpeg_mem_src(c, data, len);
  jpeg_read_header(c, TRUE);
  memset(h, 0, sizeof(*h));
  h->width = c->image_width;
  h->height = c->image_height;
  h->components = c->num_components;
  h->many_scans = c->inputctl->has_multiple_scans;
  h->adobe = c->saw_Adobe_marker;
  h->one_scan = !c->progressive_mode && !c->arith_code && !c->master->lossless && c->data_precision == 8 &&
                c->restart_interval == 0 && c->comps_in_scan == c->num_components;
  /* As jpeg_crop_scanline() aligns. Only one component: its sampling factors don't count in an MCU. */
  h->mcu_width = DCTSIZE * (c->num_components == 1 ? 1 : c->max_h_samp_factor);
  h->scan_offset = (size_t)(c->src->next_input_byte - data);
  return HUB_JPEG_OK;
}

int hub_jpeg_start(hub_jpeg *j, uint32_t eighths, uint32_t *width, uint32_t *height, uint32_t *channels)
{
  j_decompress_ptr c = &j->c;
  GUARD(j);
  c->out_color_space = c->num_components == 4 ? JCS_CMYK : JCS_RGB;
  c->scale_num = eighths;
  c->scale_denom = DCTSIZE;
  c->dct_method = JDCT_ISLOW;
  c->do_fancy_upsampling = TRUE;
  jpeg_start_decompress(c);
  *width = c->output_width;
  *height = c->output_height;
  *channels = c->output_components;
  return HUB_JPEG_OK;
}

int hub_jpeg_crop(hub_jpeg *j, uint32_t *x, uint32_t *width)
{
  JDIMENSION at = *x, wide = *width;
  GUARD(j);
  jpeg_crop_scanline(&j->c, &at, &wide);
  *x = at;
  *width = j->c.output_width;
  return HUB_JPEG_OK;
}

void hub_jpeg_scan_facts(const hub_jpeg *j, hub_jpeg_scan *s)
{
  const struct jpeg_decompress_struct *c = &j->c;
  int i;
  memset(s, 0, sizeof(*s));
  s->blocks = c->blocks_in_MCU;
  s->mcus_per_row = c->MCUs_per_row;
  s->mcu_rows = c->MCU_rows_in_scan;
  s->first_col = c->master->first_iMCU_col;
  s->last_col = c->master->last_iMCU_col;
  for (i = 0; i < c->blocks_in_MCU; i++)
    s->component[i] = (uint8_t)c->MCU_membership[i];
  for (i = 0; i < c->comps_in_scan; i++) {
    s->dc_table[i] = (uint8_t)c->cur_comp_info[i]->dc_tbl_no;
    s->ac_table[i] = (uint8_t)c->cur_comp_info[i]->ac_tbl_no;
  }
  for (i = 0; i < NUM_HUFF_TBLS; i++) {
    if (c->dc_huff_tbl_ptrs[i]) {
      s->dc_bits[i] = c->dc_huff_tbl_ptrs[i]->bits;
      s->dc_values[i] = c->dc_huff_tbl_ptrs[i]->huffval;
    }
    if (c->ac_huff_tbl_ptrs[i]) {
      s->ac_bits[i] = c->ac_huff_tbl_ptrs[i]->bits;
      s->ac_values[i] = c->ac_huff_tbl_ptrs[i]->huffval;
    }
  }
}

void hub_jpeg_set_entropy(hub_jpeg *j, hub_jpeg_decode_mcu decode_mcu, void *user)
{
  j->decode_mcu = decode_mcu;
  j->user = user;
  j->c.entropy->decode_mcu = on_mcu;
}

int hub_jpeg_skip(hub_jpeg *j, uint32_t rows)
{
  GUARD(j);
  jpeg_skip_scanlines(&j->c, rows);
  return HUB_JPEG_OK;
}

int hub_jpeg_read(hub_jpeg *j, uint8_t *pixels, size_t stride, uint32_t rows)
{
  enum { AT_ONCE = 16 };
  /* volatile: changed between setjmp and longjmp. */
  volatile uint32_t done = 0;
  GUARD(j);
  while (done < rows) {
    JSAMPROW row[AT_ONCE];
    uint32_t n = rows - done < AT_ONCE ? rows - done : AT_ONCE, i;
    for (i = 0; i < n; i++)
      row[i] = pixels + (size_t)(done + i) * stride;
    n = jpeg_read_scanlines(&j->c, row, n);
    if (n == 0) {
      strcpy(j->message, "the decoder gave no more rows");
      return HUB_JPEG_ERROR;
    }
    done += n;
  }
  return HUB_JPEG_OK;
}

void hub_jpeg_close(hub_jpeg *j)
{
  if (setjmp(j->target))
    return;
  jpeg_abort_decompress(&j->c);
  j->decode_mcu = NULL;
}

const char *hub_jpeg_message(const hub_jpeg *j) { return j->message; }

uint32_t hub_jpeg_warnings(const hub_jpeg *j, uint32_t *ended_early)
{
  *ended_early = j->ended_early;
  return (uint32_t)j->errors.num_warnings;
}

struct encoder {
  struct jpeg_compress_struct c;
  struct jpeg_error_mgr errors;
  jmp_buf target;
  unsigned char *out;
  unsigned long len;
};

static void on_encode_error(j_common_ptr c)
{
  longjmp(((struct encoder *)c)->target, 1);
}

static void on_encode_message(j_common_ptr c, int level)
{
  (void)c;
  (void)level;
}

uint8_t *hub_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, uint32_t quality, size_t *len)
{
  /* On the heap, so that its members keep their values over a jump. */
  struct encoder *e = calloc(1, sizeof(*e));
  uint8_t *out;
  if (!e)
    return NULL;
  e->c.err = jpeg_std_error(&e->errors);
  e->errors.error_exit = on_encode_error;
  e->errors.emit_message = on_encode_message;
  if (setjmp(e->target)) {
    jpeg_destroy_compress(&e->c);
    free(e->out);
    free(e);
    return NULL;
  }
  jpeg_create_compress(&e->c);
  jpeg_mem_dest(&e->c, &e->out, &e->len);
  e->c.image_width = width;
  e->c.image_height = height;
  e->c.input_components = 3;
  e->c.in_color_space = JCS_RGB;
  jpeg_set_defaults(&e->c);
  jpeg_set_quality(&e->c, (int)quality, TRUE);
  e->c.dct_method = JDCT_ISLOW;
  jpeg_start_compress(&e->c, TRUE);
  while (e->c.next_scanline < height) {
    JSAMPROW row = (JSAMPROW)(rgb + (size_t)e->c.next_scanline * width * 3);
    jpeg_write_scanlines(&e->c, &row, 1);
  }
  jpeg_finish_compress(&e->c);
  jpeg_destroy_compress(&e->c);
  out = e->out;
  *len = e->len;
  free(e);
  return out;
}

void hub_jpeg_encoded_free(uint8_t *file) { free(file); }
