// Made from the OpenAPI document by types.mjs; not edited by hand.

export interface paths {
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the audit log
         * @description Owners of the hub may read all of it. Owners of a namespace may read the entries about it, its data sets and the user of
         *     its name (with `target`), from its creation on.
         */
        get: operations["get_v1_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Classify an image
         * @description The body is one encoded image of at most 16 MiB and 50 megapixels. Only where the hub's owner switched it on
         *     (`hub serve --classify`); the image isn't stored.
         */
        post: operations["post_v1_classify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List data sets
         * @description Lists the data sets that the caller may see.
         */
        get: operations["get_v1_datasets"];
        put?: never;
        /**
         * Create a data set
         * @description The new data set is empty; push to it. Needs role `writer` in the namespace. For an owner of the hub, a missing
         *     namespace is created.
         */
        post: operations["post_v1_datasets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a data set */
        get: operations["get_v1_datasets_ns_name"];
        put?: never;
        post?: never;
        /**
         * Delete a data set
         * @description The name is free at once. The data set can be restored until `purged`. Works also if its files are missing.
         */
        delete: operations["delete_v1_datasets_ns_name"];
        options?: never;
        head?: never;
        /** Change a data set's card, visibility or default branch */
        patch: operations["patch_v1_datasets_ns_name"];
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/branches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a branch */
        post: operations["post_v1_datasets_ns_name_branches"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/branches/{ref}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a branch
         * @description Its commits can still be named; files that only they need are removed by a garbage collection.
         */
        delete: operations["delete_v1_datasets_ns_name_branches_ref"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/card": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the card of a data set as HTML
         * @description The text without its front matter, cleaned: links, lists, tables and code stay; scripts, styles, forms and pictures of
         *     other hosts don't.
         */
        get: operations["get_v1_datasets_ns_name_card"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/commits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the commits of a revision
         * @description Begins with the revision's commit and follows first parents.
         */
        get: operations["get_v1_datasets_ns_name_commits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/commits/{rev}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a commit */
        get: operations["get_v1_datasets_ns_name_commits_rev"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/croissant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Describe a data set in Croissant
         * @description Croissant 1.1 as JSON-LD, which `mlcroissant` reads: files, columns, splits, class names.
         */
        get: operations["get_v1_datasets_ns_name_croissant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compare two revisions */
        get: operations["get_v1_datasets_ns_name_diff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/duplicates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List rows with the same picture
         * @description The pictures of a revision are read once, in the background: until that is done, the answer says how far it is
         *     (`scan`), and has no groups.
         */
        get: operations["get_v1_datasets_ns_name_duplicates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change rows
         * @description Labels, boxes, keypoints, numbers, texts and removals become one commit; no media file is written. If others changed
         *     some of these rows since `base`, nothing is committed: the answer is `conflict`, and its `conflicts` name the rows and
         *     both values. Values that are as wanted already are no change.
         */
        post: operations["post_v1_datasets_ns_name_edits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Wait for commits
         * @description A stream of server-sent events: `commit` with a commit as JSON, as in a list of commits, when a branch gets a new one. A
         *     browser's `EventSource` reads it. The stream ends after ten minutes, and when the caller may not read the data set any
         *     more.
         */
        get: operations["get_v1_datasets_ns_name_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count what rows hold, for each column
         * @description Each facet counts the rows that meet all filters but its own, and those of the revision without any.
         */
        get: operations["get_v1_datasets_ns_name_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/gc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete files that no commit references
         * @description Such files are left by interrupted pushes, deleted branches and compaction. If it takes long, the answer begins with
         *     blanks.
         */
        post: operations["post_v1_datasets_ns_name_gc"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/leaderboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rank the runs of a data set
         * @description A board for each choice of rows. A run is tied with the one that leads its rank unless the paired interval of their
         *     difference excludes 0. Of the 50 newest runs; of runs of the same model on the same rows only the newest.
         */
        get: operations["get_v1_datasets_ns_name_leaderboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the commits that touched a row
         * @description Those that added it, replaced values of it, or removed it, with the old and the new values. A page may have fewer
         *     commits than its limit, also none, where many commits didn't touch the row; continue with `next`.
         */
        get: operations["get_v1_datasets_ns_name_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/marks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the values along a list
         * @description The value that the list is sorted by, of the first row, of the last, and at equal distances between them.
         */
        get: operations["get_v1_datasets_ns_name_marks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Merge a revision into a branch */
        post: operations["post_v1_datasets_ns_name_merge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/objects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the objects below a prefix */
        get: operations["get_v1_datasets_ns_name_objects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/objects/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download an object
         * @description Range requests are supported. Objects named by their hash have it as entity tag and never change.
         */
        get: operations["get_v1_datasets_ns_name_objects_path"];
        /**
         * Store an object
         * @description * `data/`, `blobs/`, `manifests/`: the bytes are hashed while they are received; if the hash is not that of the
         *       path, nothing is stored (`hash-mismatch`).
         *     * `refs/<branch>/<version>.json`, `tags/<name>.json` and `views/<name>/<version>.json`: creates a commit, tag or
         *       view; `If-None-Match: *` is required. Every file that a commit adds must exist. If the version exists, the answer
         *       is `taken`; if the commit is invalid, `bad-commit`. The author must be the caller's name, or end with it in
         *       parentheses; with `import=true`, an owner of the namespace may store commits, tags and views of others.
         *     * `runs/<id>/…`: the files of a run; `If-None-Match: *` is required. Its `run.json` is stored last, and must fit the
         *       stored predictions; its author is checked like a commit's.
         *     * `refs/<branch>/hint`: the version at which the search for the newest one begins; optional.
         */
        put: operations["put_v1_datasets_ns_name_objects_path"];
        post?: never;
        /**
         * Remove a tag or a file of a run
         * @description Only these can be removed this way; the commit is kept. Files that no commit references are removed by a garbage
         *     collection.
         */
        delete: operations["delete_v1_datasets_ns_name_objects_path"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/outliers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List pictures that stand out
         * @description Those that can't be decoded (`damaged`), have one colour (`blank`), are grey among coloured ones (`grey`), far smaller
         *     than the others (`tiny`), or far wider than high or the other way round (`extreme`). The pictures of a revision are read
         *     once, in the background: until that is done, the answer says how far it is (`scan`), and has no rows.
         */
        get: operations["get_v1_datasets_ns_name_outliers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/parquet/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a split as one Parquet file
         * @description The file has all columns and is assembled while it is read; range requests are supported.
         */
        get: operations["get_v1_datasets_ns_name_parquet_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan a scan
         * @description Lists the manifests, column groups and blobs that hold the requested columns, each with a signed link. Request the
         *     plan again before the links expire; the same revision gives the same files.
         */
        post: operations["post_v1_datasets_ns_name_plan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get two numbers of each row, for a map
         * @description Little-endian: the number n of points (uint32), n times x (float32), n times y (float32), n positions of the rows
         *     (uint32), and with `color` n numbers of buckets (uint32; 4294967295 for none), in the order of `facets`. Rows without
         *     both numbers are left out.
         */
        get: operations["get_v1_datasets_ns_name_points"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what runs predicted of a row
         * @description Of the 20 newest runs those that evaluated the row, at most eight; of runs of the same model on the same rows only the
         *     newest. Each has its five most probable classes, with the class of the data set that each of them means. Of a run on
         *     boxes there is one prediction a box, which is found again in the revision by its coordinates; boxes that are gone or
         *     were changed have none.
         */
        get: operations["get_v1_datasets_ns_name_predictions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rank": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the place of a row in a list */
        get: operations["get_v1_datasets_ns_name_rank"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/refs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List branches and tags */
        get: operations["get_v1_datasets_ns_name_refs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rename": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rename a data set
         * @description The caller must own both namespaces. Id, history and signed links stay valid.
         */
        post: operations["post_v1_datasets_ns_name_rename"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/revert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring an earlier revision back
         * @description Its rows and columns become a new commit of the branch; the commits between stay in the history.
         */
        post: operations["post_v1_datasets_ns_name_revert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the review queues of a revision
         * @description Those for which the data set has what they need: pictures, labels, an embedding, a run, an earlier revision. Pictures and
         *     vectors of a revision are read once, in the background: until that is done, a queue has no number (`scan` says how far it
         *     is).
         */
        get: operations["get_v1_datasets_ns_name_review"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/review/{queue}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the rows of a review queue
         * @description `disagrees`: a run's model gives another class more probability than the label. `unlike`: most of the 20 rows with the
         *     nearest vectors have another label. `duplicates`: rows with (almost) the same picture whose labels differ; in a data set
         *     without labels, all with the same bytes. `outliers`: pictures that stand out. `class`: all rows of a class, the picture
         *     that is farthest from their mean first. `new`: rows that were added or changed since an earlier revision. Rows that were
         *     answered with `keep` (`PUT …/reviews`) are left out.
         */
        get: operations["get_v1_datasets_ns_name_review_queue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the answers about rows */
        get: operations["get_v1_datasets_ns_name_reviews"];
        /**
         * Keep rows as they are, or take that back
         * @description A queue no longer shows rows that were answered with `keep`. Answers are about rows, whatever revision shows them.
         */
        put: operations["put_v1_datasets_ns_name_reviews"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List rows as JSON
         * @description Values have the shape described in `docs/values.md`, with URLs in place of bytes. Text over 16 KiB is truncated
         *     (`{"text", "truncated": true, "url", "size_bytes"}`), lists and structs over 1 MiB are left out
         *     (`{"truncated": true, "url"}`). A page of long values ends early; continue with `next`.
         */
        get: operations["get_v1_datasets_ns_name_rows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rows/{row}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get one row, with its place and neighbours in a list
         * @description `where`, `split` and `sort` are those of the list from which the row was opened; the row need not be in it.
         */
        get: operations["get_v1_datasets_ns_name_rows_row"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a cell
         * @description Media are sent as they were pushed, text and JSON as text, tensors as raw numbers (row-major, little-endian), and
         *     all other values as JSON.
         */
        get: operations["get_v1_datasets_ns_name_rows_row_column"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/frame": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get one frame of a video
         * @description Upright and whole, for a browser that lacks the codec. Needs `ffmpeg` on the server.
         */
        get: operations["get_v1_datasets_ns_name_rows_row_column_frame"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/frames": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List when the frames of a video begin
         * @description Also of a video whose frames don't last equally long. Needs `ffmpeg` on the server.
         */
        get: operations["get_v1_datasets_ns_name_rows_row_column_frames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/mask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a mask as an image
         * @description A PNG as large as the mask, transparent where it is not. Of run lengths: white where it is. Of a PNG of numbers: each
         *     class in a colour, those of a mask of one class in the first; of a PNG of colours: these.
         */
        get: operations["get_v1_datasets_ns_name_rows_row_column_mask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/peaks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the peaks of a waveform
         * @description The least and the greatest sample of each of `n` equal parts. Of a stretch hours into a file only that stretch is decoded.
         */
        get: operations["get_v1_datasets_ns_name_rows_row_column_peaks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/spectrogram": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a spectrogram
         * @description A PNG of one channel: time runs to the right, frequency upwards; white is full scale, black is 100 dB below.
         */
        get: operations["get_v1_datasets_ns_name_rows_row_column_spectrogram"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a thumbnail of a cell
         * @description For an image, raw pixels or a PNG mask, the image, rotated upright; for a video, a frame; for audio, the waveform.
         *     Media that can't be decoded are answered with `bad-media`, images of more than 100 million pixels with
         *     `too-many-pixels`. Videos need `ffmpeg` on the server; without it the answer is `no-ffmpeg`.
         */
        get: operations["get_v1_datasets_ns_name_rows_row_column_thumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the runs of a data set
         * @description The 200 newest.
         */
        get: operations["get_v1_datasets_ns_name_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a run
         * @description The whole record: what was evaluated, how, and all scores (`docs/evaluation.md` explains them). `top1` and `top5` are
         *     fractions, each with its count and interval.
         */
        get: operations["get_v1_datasets_ns_name_runs_run"];
        put?: never;
        post?: never;
        /** Delete a run */
        delete: operations["delete_v1_datasets_ns_name_runs_run"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/runs/{run}/compare/{other}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare two runs
         * @description Sample by sample, on those that both scored: which run has which right, the difference with its paired interval,
         *     McNemar's test, and the samples that flipped.
         */
        get: operations["get_v1_datasets_ns_name_runs_run_compare_other"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/runs/{run}/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the predictions of a run */
        get: operations["get_v1_datasets_ns_name_runs_run_predictions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the columns of a revision */
        get: operations["get_v1_datasets_ns_name_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/similar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find the rows most similar to one
         * @description By the cosine between their vectors, exactly: all rows are compared.
         */
        get: operations["get_v1_datasets_ns_name_similar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get statistics of a revision
         * @description Computed from the annotations; media are not read.
         */
        get: operations["get_v1_datasets_ns_name_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rows as an Arrow IPC stream
         * @description Read it with `pyarrow.ipc.open_stream` or any other Arrow library. Media are `struct<bytes: binary, path:
         *     utf8>`, tensors `arrow.fixed_shape_tensor`. A stream that ends without its end-of-stream marker is incomplete.
         */
        get: operations["get_v1_datasets_ns_name_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a tag */
        post: operations["post_v1_datasets_ns_name_tags"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/tags/{ref}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a tag
         * @description The commit stays.
         */
        delete: operations["delete_v1_datasets_ns_name_tags_ref"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/thumbnails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the thumbnails of many rows in one answer
         * @description For each row in the order given: the length of its file in bytes (four bytes, little-endian), and the file. The length is
         *     0 where the cell is null or its content can't be decoded.
         */
        get: operations["get_v1_datasets_ns_name_thumbnails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin or resume a multipart upload
         * @description A request with the same path and length by the same user resumes the upload.
         */
        post: operations["post_v1_datasets_ns_name_uploads"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Abort an upload */
        delete: operations["delete_v1_datasets_ns_name_uploads_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/uploads/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete an upload
         * @description Joins the parts to the object, if their hash is that of its path; otherwise the upload is aborted
         *     (`hash-mismatch`). If parts are missing, the answer names them (`conflict`).
         */
        post: operations["post_v1_datasets_ns_name_uploads_id_complete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{ns}/{name}/uploads/{id}/{part}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Upload a part
         * @description Parts may be sent in any order and concurrently. An interrupted part must be sent again from its start.
         */
        put: operations["put_v1_datasets_ns_name_uploads_id_part"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deleted/{uuid}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore a deleted data set
         * @description Only for owners of its namespace, who find its id in the list of deleted data sets (`deleted=true`).
         */
        post: operations["post_v1_deleted_uuid_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the caller's account */
        get: operations["get_v1_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the caller's password
         * @description Ends all sessions and tokens of the caller, but the token of this request; the answer lists them. Attempts are limited
         *     like logins.
         */
        put: operations["put_v1_me_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the models of the hub
         * @description Those that it ships with, and those that its owner added. A model whose card can't be read is left out.
         */
        get: operations["get_v1_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/namespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List namespaces
         * @description Only for owners of the hub.
         */
        get: operations["get_v1_namespaces"];
        put?: never;
        /**
         * Create a namespace
         * @description Only for owners of the hub. The caller becomes the namespace's owner.
         */
        post: operations["post_v1_namespaces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/namespaces/{ns}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the members of a namespace */
        get: operations["get_v1_namespaces_ns_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/namespaces/{ns}/members/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a member, or change a member's role
         * @description Only for owners of the namespace or the hub. For an owner of the hub, a missing namespace is created.
         */
        put: operations["put_v1_namespaces_ns_members_user"];
        post?: never;
        /**
         * Remove a member
         * @description Owners may remove any member; every member may leave.
         */
        delete: operations["delete_v1_namespaces_ns_members_user"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run an SQL query
         * @description A class label is the name of its class. Besides the usual SQL functions there are `isa(label, 'dog.n.01')`,
         *     `synset(label)`, `label_id(label)`, `lca`, `wup`, `iou`, `area` and `cosine_distance`. Notes about the result come in
         *     the header `X-Hub-Note`: among them, if the request names no data sets, those that were skipped because their files
         *     can't be read.
         */
        post: operations["post_v1_query"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description The answer sets the cookie `hub_session`. Requests with it that change something must come from the hub's own pages,
         *     or have the header `X-Hub-Request`.
         */
        post: operations["post_v1_session"];
        /**
         * Log out
         * @description Ends the cookie's session.
         */
        delete: operations["delete_v1_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set up the hub's first owner
         * @description Needs the secret of the one-time link that the server printed at start. The answer sets the session cookie.
         */
        post: operations["post_v1_setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/synsets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search synsets */
        get: operations["get_v1_synsets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/synsets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a synset */
        get: operations["get_v1_synsets_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/synsets/{id}/children": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the hyponyms of a synset
         * @description If a data set is given, with the number of its rows labelled with each.
         */
        get: operations["get_v1_synsets_id_children"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/synsets/{id}/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the data sets with rows of a synset
         * @description Lists data sets that the caller may see. Only indexed revisions are counted: commits are indexed when they are pushed,
         *     others at the first label query.
         */
        get: operations["get_v1_synsets_id_datasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/synsets/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the rows of a synset
         * @description Lists the rows labelled with it or one of its hyponyms.
         */
        get: operations["get_v1_synsets_id_rows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the caller's tokens */
        get: operations["get_v1_tokens"];
        put?: never;
        /**
         * Create a token
         * @description Needs a session, or a token of scope `admin` for all namespaces. Owners of the hub can create tokens for other users.
         */
        post: operations["post_v1_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a token
         * @description Needs a session, a token of scope `admin` for all namespaces, or the token itself.
         */
        delete: operations["delete_v1_tokens_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description Only for owners of the hub.
         */
        get: operations["get_v1_users"];
        put?: never;
        /**
         * Create a user
         * @description Only for owners of the hub. The user owns the namespace of the same name, unless that holds data sets already.
         */
        post: operations["post_v1_users"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a user
         * @description Only for owners of the hub. Tokens, sessions and memberships are removed too. Namespaces and data sets are kept: the
         *     other owners of a namespace keep it; without any, only owners of the hub see what is private in it, until they set a
         *     member. A later user of this name inherits nothing.
         */
        delete: operations["delete_v1_users_name"];
        options?: never;
        head?: never;
        /**
         * Change a user
         * @description Only for owners of the hub. A new password ends all sessions and tokens of the user, which the answer lists.
         */
        patch: operations["patch_v1_users_name"];
        trace?: never;
    };
    "/files/{dataset}/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a file by a link of a scan plan
         * @description The signature replaces authentication. Request a new plan before the links expire. `GET` is redirected to the bucket,
         *     unless clients can't reach it.
         */
        get: operations["get_files_dataset_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Liveness: is the server running */
        get: operations["get_healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/api/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List data sets as repositories
         * @description Lists those that the caller may see.
         */
        get: operations["get_hf_api_datasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/api/datasets/{ns}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describe a repository at the head of its default branch */
        get: operations["get_hf_api_datasets_ns_name"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/api/datasets/{ns}/{name}/auth-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check whether the caller may read a repository */
        get: operations["get_hf_api_datasets_ns_name_auth_check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/api/datasets/{ns}/{name}/commits/{rev}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the commits of a repository, newest first */
        get: operations["get_hf_api_datasets_ns_name_commits_rev"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/api/datasets/{ns}/{name}/paths-info/{rev}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Describe files and folders by path
         * @description Paths that don't exist are left out. The body is a form or JSON.
         */
        post: operations["post_hf_api_datasets_ns_name_paths_info_rev"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/api/datasets/{ns}/{name}/refs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the branches and tags of a repository */
        get: operations["get_hf_api_datasets_ns_name_refs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/api/datasets/{ns}/{name}/revision/{rev}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describe a repository at a revision */
        get: operations["get_hf_api_datasets_ns_name_revision_rev"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/api/datasets/{ns}/{name}/tree/{rev}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the files of a revision */
        get: operations["get_hf_api_datasets_ns_name_tree_rev"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/api/datasets/{ns}/{name}/tree/{rev}/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the files below a path */
        get: operations["get_hf_api_datasets_ns_name_tree_rev_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/api/whoami-v2": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the caller's account
         * @description `huggingface_hub.whoami` and `hf auth login` use it.
         */
        get: operations["get_hf_api_whoami_v2"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hf/datasets/{ns}/{name}/resolve/{rev}/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a file
         * @description Range requests are supported. If the revision is a commit's id, the bytes never change.
         */
        get: operations["get_hf_datasets_ns_name_resolve_rev_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics for Prometheus */
        get: operations["get_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readiness: can the server answer requests
         * @description Checks that the database and the store answer. A server stays ready after a newer one has migrated the database.
         */
        get: operations["get_readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the form of the one-time link */
        get: operations["get_setup"];
        put?: never;
        /** Submit the form of the one-time link */
        post: operations["post_setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description The missing role or scope: extension members of a problem of kind `forbidden`.
         *
         *     All are left out of other problems, and of a refusal that no role or scope would change.
         */
        AccessDenied: {
            /**
             * @description The namespace in which `required_role` is needed; missing if that is `admin`.
             * @default null
             */
            namespace: string | null;
            /**
             * @description The lowest role that may do this: `reader`, `writer` or `owner` of `namespace`, or `admin`, an owner of the whole
             *     hub. Missing if any user may do it, with a session or a token of `required_scope`.
             * @default null
             */
            required_role: string | null;
            /**
             * @description The lowest token scope that may do this: `read`, `write` or `admin`.
             * @default null
             */
            required_scope: string | null;
            /**
             * @description The caller's role in `namespace`, or `admin` for an owner of the whole hub. It doesn't depend on the token. Missing
             *     if the caller has none.
             * @default null
             */
            role: string | null;
            /**
             * @description The scope of the request's token; missing with a session.
             * @default null
             */
            scope: string | null;
            /**
             * @description The only namespace in which the request's token is valid; missing if it is valid in all.
             * @default null
             */
            token_namespace: string | null;
        };
        /**
         * @description The format of a query's result.
         * @enum {string}
         */
        AnswerFormat: "json" | "csv" | "table" | "arrow" | "parquet";
        /** @description A commit, by id and by branch and version. */
        At: {
            /** @description A branch that holds the commit. */
            branch: string;
            /** @description The commit's id, 64 hex digits. */
            commit: string;
            /**
             * Format: int64
             * @description The commit's version on `branch`, counted from 0.
             */
            version: number;
        };
        /** @description Entries of the audit log. */
        AuditList: {
            /** @description A page of entries, newest first. */
            entries: components["schemas"]["AuditView"][];
            /** @description Send it as `cursor` to get the next page; null on the last page. */
            next?: string | null;
        };
        /** @description An entry of the audit log. */
        AuditView: {
            /** @description What was done, as a noun and a verb: `dataset.delete`. */
            action: string;
            /** @description The name of the user who acted; empty for an anonymous caller and for the hub itself. */
            actor: string;
            /** @description The IP address of the caller; empty if unknown. */
            address: string;
            /** @description Further facts; the members depend on `action`. */
            detail: Record<string, never>;
            /** @description The name of what it was done to: a data set, namespace, user or token. */
            target: string;
            /**
             * Format: date-time
             * @description Time of the action, UTC.
             */
            time: string;
        };
        /** @description The object to upload. */
        BeginUpload: {
            /** @description The object's path, below `data/`, `blobs/` or `manifests/`. */
            path: string;
            /**
             * Format: int64
             * @description The object's length in bytes.
             */
            size_bytes: number;
        };
        /** @description Raw bytes. */
        Binary: unknown;
        /** @description A run on a leaderboard. */
        BoardRank: {
            /**
             * Format: double
             * @description How much the run that leads the rank is better on the samples of both; null for that run itself.
             */
            behind?: number | null;
            /** @description The 95 % interval of that: its lower and upper end. */
            interval?: number[] | null;
            /** @description The model's name. */
            model: string;
            /**
             * Format: int64
             * @description From 1; runs that the same samples don't tell apart have the same.
             */
            rank: number;
            /** @description The run's id. */
            run: string;
            /** @description Accuracy. */
            top1: components["schemas"]["ShareView"];
            top5?: components["schemas"]["ShareView"] | null;
        };
        /** @description Runs on the same rows, ranked. */
        BoardView: {
            /** @description The runs, the best first. */
            ranks: components["schemas"]["BoardRank"][];
            /** @description The rows, in words. */
            rows: string;
            /** @description The split; null for all rows. */
            split?: string | null;
        };
        /** @description The head of a branch after a revert or a merge. */
        BranchMoved: {
            /** @description The branch's head. */
            commit: components["schemas"]["CommitView"];
            /** @description How it ended. */
            outcome: components["schemas"]["Outcome"];
        };
        /** @description The card of a data set. */
        CardView: {
            /** @description The text as HTML that is safe in a page. */
            html: string;
            /** @description The text as Markdown, without its front matter. */
            text: string;
        };
        /** @description Changes of the same kind: one value became another. */
        ChangeGroupView: {
            /** @description The column, or the way to a label in it (`objects.category`). */
            column: string;
            /** @description The later value. */
            new?: string | null;
            /** @description The earlier value as text, a class by its name; null for no value. */
            old?: string | null;
            /** @description The ids of the first rows. */
            rows: string[];
            /**
             * Format: int64
             * @description How many values changed so; a row may hold several.
             */
            values: number;
        };
        /** @description A change of the caller's password. */
        ChangePassword: {
            /** @description The new password in plain text. */
            new: string;
            /** @description The current password; not needed with a token of scope `admin`. */
            old?: string | null;
        };
        /** @description A row with different values in two revisions. */
        ChangedRow: {
            /** @description The columns whose values differ. */
            columns: string[];
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
        };
        /** @description A user that was changed. */
        ChangedUser: components["schemas"]["UserView"] & {
            ended?: components["schemas"]["EndedAccess"] | null;
        };
        /** @description A value that differs. */
        ChangedValueView: {
            /** @description The column, as the later revision names it. */
            column: string;
            new: unknown;
            old: unknown;
        };
        /** @description A row with the values that differ. */
        ChangedValuesView: {
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
            /** @description The values that differ. */
            values: components["schemas"]["ChangedValueView"][];
        };
        /** @description A class with its probability. */
        ClassProbability: {
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description The class's number.
             */
            number: number;
            /**
             * Format: double
             * @description Its probability.
             */
            probability: number;
            /** @description Its WordNet 3.0 id, where it is known. */
            synset?: string | null;
        };
        /** @description The classes of a label in each split. */
        ClassesBySplit: {
            /** @description The label column, or the way to it. */
            column: string;
            /** @description For each split, the rows of each class by its number; each row is counted once. */
            counts: number[][];
            /** @description The splits, sorted. */
            splits: string[];
        };
        /** @description The classes of one image. */
        Classified: {
            /** @description The most probable classes, best first. */
            classes: components["schemas"]["ClassProbability"][];
            /** @description The model's name. */
            model: string;
        };
        /** @description A column of a revision's schema. */
        ColumnView: {
            /** @description The name of the media column whose metadata (width, duration, …) this column holds; missing for other columns. */
            fact_of?: string | null;
            /** @description The type with its parameters, for example `{"type": "class_label", "names": […]}`. */
            feature: Record<string, never>;
            /**
             * Format: int32
             * @description The column's id, which stays the same when it is renamed.
             */
            id: number;
            /** @description The type as text, for people. */
            kind: string;
            /** @description Free text by key; missing if there is none. */
            metadata?: {
                [key: string]: string;
            };
            /** @description The name, unique in its list. */
            name: string;
        };
        /** @description The author of a commit. */
        CommitAuthor: {
            /** @description The author's name. */
            user: string;
        };
        /** @description Changes of rows, to be one commit. */
        CommitEdits: {
            /**
             * @description The revision that the changes were made on: a branch, tag, `branch:version` or commit. Best a pinned one: what others
             *     commit after it is found out.
             */
            base: string;
            /** @description The branch to commit to; the default branch if missing. */
            branch?: string | null;
            /** @description The changes, 10,000 at most; those of one value are made in this order. */
            changes: components["schemas"]["RowEditView"][];
            /** @description The ids of rows whose changes are left out: those that a refusal named, and that are to stay as others made them. */
            leave_out?: string[];
            /** @description The commit's message; by default one that names the operation. */
            message?: string | null;
            /**
             * @description Class names to add, by label: a column, or the way to a member (`objects.category`). A class that is neither there
             *     nor here is refused.
             */
            new_classes?: {
                [key: string]: string[];
            };
        };
        /** @description A page of commits. */
        CommitList: {
            /** @description The commits, newest first. */
            commits: components["schemas"]["CommitView"][];
            /** @description Send it as `cursor` to get the next page; null if the page ends with the first commit. */
            next?: string | null;
        };
        /** @description A commit with its splits, columns and skipped samples. */
        CommitPage: components["schemas"]["CommitView"] & {
            /** @description The names of the columns, in order. */
            columns: string[];
            /** @description The first 1,000 of these samples. */
            left_out: components["schemas"]["LeftOut"][];
            /**
             * Format: int64
             * @description Number of samples that the push skipped.
             */
            skipped: number;
            /** @description Number of rows by split; rows without a split count under the empty name. */
            splits: {
                [key: string]: number;
            };
        };
        /** @description A commit, as lists show it. */
        CommitView: {
            /**
             * Format: int64
             * @description Number of rows that the commit added.
             */
            added: number;
            /** @description The name of the user who committed. */
            author: string;
            /** @description A branch that holds the commit. */
            branch: string;
            /**
             * Format: int64
             * @description Number of rows in which the commit replaced values.
             */
            changed: number;
            /** @description The id: BLAKE3 of the commit's file, 64 hex digits. */
            id: string;
            /** @description The message, as written by the author. */
            message: string;
            /** @description The kind of operation, in a word or two. */
            operation: string;
            /** @description The ids of the parent commits; the first is the previous commit of the branch. */
            parents: string[];
            /**
             * Format: int64
             * @description Number of rows that the commit removed.
             */
            removed: number;
            /**
             * Format: int64
             * @description Number of rows in this revision.
             */
            rows: number;
            /**
             * Format: int64
             * @description Total bytes of the files of this revision.
             */
            size_bytes: number;
            /**
             * Format: date-time
             * @description Time of the commit, UTC.
             */
            time: string;
            /**
             * Format: int64
             * @description The commit's version on `branch`, counted from 0.
             */
            version: number;
        };
        /** @description Number of rows labelled with a synset. */
        CountView: {
            /**
             * Format: int64
             * @description Rows labelled with exactly this synset.
             */
            own: number;
            /**
             * Format: int64
             * @description Rows labelled with it or one of its hyponyms, each counted once.
             */
            subtree: number;
        };
        /** @description A synset with the number of rows labelled with it. */
        CountedSynset: components["schemas"]["SynsetView"] & {
            count?: components["schemas"]["CountView"] | null;
            /** @description True if it has hyponyms. */
            has_children: boolean;
        };
        /** @description A branch to create. */
        CreateBranch: {
            /** @description The revision that it begins at: a branch, tag, `branch:version` or commit; the default branch if missing. */
            from?: string | null;
            /** @description Its name. */
            name: string;
        };
        /** @description A data set to create. */
        CreateDataset: {
            /** @description The card: Markdown with YAML front matter, at most 1 MiB; empty by default. */
            card?: string;
            /** @description The branch that requests without a revision read; `main` by default. */
            default_branch?: string;
            /**
             * @description `namespace/name`; each part has 1 to 96 of `a-z A-Z 0-9 . _ -`.
             * @example vision/mnist
             */
            name: string;
            /** @description Who may see it: `public` (everyone) or `private` (the members of its namespace, the default). */
            visibility?: string;
        };
        /** @description A namespace to create. */
        CreateNamespace: {
            /** @description The name: 1 to 96 of `a-z A-Z 0-9 . _ -`, beginning with a letter or digit. */
            name: string;
        };
        /** @description A tag to create. */
        CreateTag: {
            /** @description What it is for. */
            message?: string | null;
            /** @description Its name. */
            name: string;
            /** @description The revision that it names; the head of the default branch if missing. */
            rev?: string | null;
        };
        /** @description A token to create. */
        CreateToken: {
            /**
             * Format: int32
             * @description Seconds until it expires; it never expires if this is missing.
             */
            expires_secs?: number | null;
            /** @description A name that tells its purpose. */
            name: string;
            /** @description If set, the token is valid in this namespace only. */
            namespace?: string | null;
            /** @description The highest scope of requests with it: `read`, `write` or `admin`. */
            scope: string;
            /**
             * @description The user to create it for; the caller if missing. Only owners of the hub may name another user, for example a
             *     program's account without a password.
             */
            user?: string | null;
        };
        /** @description A user to create. */
        CreateUser: {
            /** @description True for an owner of the whole hub; false by default. */
            admin?: boolean;
            /** @description The name; also that of the user's own namespace. */
            name: string;
            /** @description The password in plain text; a user without one can only use tokens. */
            password?: string | null;
        };
        /** @description A user that was created. */
        CreatedUser: components["schemas"]["UserView"] & {
            /**
             * @description Whether the user owns the namespace of the same name. False if it holds data sets already, such as those of an
             *     earlier user of this name: an owner of the hub decides who becomes a member.
             */
            owns_namespace: boolean;
        };
        /** @description A page of data sets. */
        DatasetList: {
            /** @description The data sets, in the order that was requested. */
            datasets: components["schemas"]["DatasetView"][];
            /** @description Send it as `cursor` to get the next page; null on the last page. */
            next?: string | null;
        };
        /** @description A data set with its card, head commit and the caller's role. */
        DatasetPage: components["schemas"]["DatasetView"] & {
            /** @description The card: Markdown with YAML front matter. */
            card: string;
            head?: components["schemas"]["CommitView"] | null;
            /** @description The caller's role: `reader`, `writer` or `owner`; null if the caller has none and the data set is public. */
            role?: string | null;
        };
        /** @description A data set, as lists show it. */
        DatasetView: {
            /**
             * Format: date-time
             * @description Time of creation, UTC.
             */
            created: string;
            /** @description The branch that requests without a revision read. */
            default_branch: string;
            /**
             * Format: date-time
             * @description Time of deletion, UTC; missing if it is not deleted. It can be restored until the grace time ends (7 days by
             *     default).
             */
            deleted?: string | null;
            /** @description The full name, `namespace/name`. */
            name: string;
            /**
             * Format: int64
             * @description Rows at the head of the default branch; 0 before the first commit.
             */
            rows: number;
            /**
             * Format: int64
             * @description Total bytes of the files of the head of the default branch.
             */
            size_bytes: number;
            /** @description The first words of the card. */
            summary: string;
            /**
             * Format: date-time
             * @description Time of the last commit or change of the card or visibility, UTC.
             */
            updated: string;
            /**
             * Format: uuid
             * @description The id, which stays the same for as long as the data set lives.
             */
            uuid: string;
            /** @description Who may see it: `public` (everyone) or `private` (the members of its namespace). */
            visibility: string;
        };
        /** @description A data set that was deleted. */
        Deleted: {
            /**
             * Format: date-time
             * @description When its files are removed for good, UTC; it can be restored until then.
             */
            purged: string;
            /**
             * Format: uuid
             * @description The id, which is needed to restore it.
             */
            uuid: string;
        };
        /** @description The values that differ between two revisions. */
        DiffValues: {
            /** @description What became what, the most frequent first; only on the first page. */
            groups: components["schemas"]["ChangeGroupView"][];
            /** @description Send it as `cursor` to get the next page; null on the last page. */
            next?: string | null;
            /** @description Changed rows with their values, in the order of their ids. */
            rows: components["schemas"]["ChangedValuesView"][];
        };
        /** @description The difference between two revisions. */
        DiffView: {
            /**
             * Format: int64
             * @description Number of rows that only `to` holds.
             */
            added: number;
            /** @description The ids of the first `limit` added rows. */
            added_rows: string[];
            /**
             * Format: int64
             * @description Number of rows in both with at least one different value.
             */
            changed: number;
            /** @description By column, the number of rows in both whose values in it differ. */
            changed_by_column: {
                [key: string]: number;
            };
            /** @description The first `limit` changed rows, with their changed columns. */
            changed_rows: components["schemas"]["ChangedRow"][];
            /** @description The columns that were added, removed or changed. */
            columns: Record<string, never>[];
            /** @description The revision that is compared from. */
            from: components["schemas"]["At"];
            /**
             * Format: int64
             * @description Number of rows that only `from` holds.
             */
            removed: number;
            /** @description The ids of the first `limit` removed rows. */
            removed_rows: string[];
            /** @description The revision that is compared to. */
            to: components["schemas"]["At"];
            values?: components["schemas"]["DiffValues"] | null;
        };
        /** @description The distribution of a column's values in a revision. */
        Distribution: {
            /** @description The column, or the way to a member of it. */
            column: string;
            /** @description Rows in each bin. */
            counts: number[];
            /** @description Where the bins begin, and where the last one ends; of times in microseconds since 1970. */
            edges: number[];
            /**
             * Format: int64
             * @description Rows with a number that is infinite or NaN.
             */
            not_finite: number;
            /**
             * Format: int64
             * @description Rows without a value.
             */
            nulls: number;
            /** @description The smallest value, the 1st, 5th, 25th, 50th, 75th, 95th and 99th percentile, and the greatest. */
            quantiles?: number[] | null;
        };
        /** @description Rows with the same picture. */
        DuplicateGroup: {
            /**
             * Format: int64
             * @description Number of rows.
             */
            count: number;
            /** @description Whether their labels differ. */
            labels_differ: boolean;
            /** @description The rows, by position; of a large group the first 100. */
            rows: components["schemas"]["DuplicateRow"][];
        };
        /** @description Groups of rows with the same picture, or nearly the same. */
        DuplicateList: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /** @description The column of the pictures. */
            column: string;
            /** @description The groups, ordered by their first rows. */
            groups: components["schemas"]["DuplicateGroup"][];
            /** @description The label column that is compared; null if the data set has none. */
            label?: string | null;
            /**
             * Format: int64
             * @description Send it as `offset` to get the next page; null on the last page.
             */
            next?: number | null;
            /** @description Whether the pictures were read; without that there are no groups. */
            scan: components["schemas"]["ScanView"];
            /**
             * Format: int64
             * @description Number of groups, over all pages.
             */
            total: number;
        };
        /** @description A row of a group. */
        DuplicateRow: {
            /** @description The name of its class; null for no label. */
            label?: string | null;
            /**
             * Format: int64
             * @description The position among the rows of the revision, counted from 0.
             */
            position: number;
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
        };
        /** @description What was committed. */
        EditsCommitted: {
            commit?: components["schemas"]["CommitView"] | null;
            /**
             * Format: int64
             * @description Changes that were left out, as asked.
             */
            left_out: number;
            /**
             * Format: int64
             * @description Rows that were removed.
             */
            removed: number;
            /**
             * Format: int64
             * @description Values that were as wanted before.
             */
            unchanged: number;
            /**
             * Format: int64
             * @description Values that were changed.
             */
            values: number;
        };
        /** @description The access to an account that ended with a change of its password. */
        EndedAccess: {
            /**
             * Format: int64
             * @description The number of sessions, those that had expired included.
             */
            sessions: number;
            /** @description The tokens, without secrets, sorted by name. */
            tokens: components["schemas"]["TokenView"][];
        };
        /** @description A file or folder of a repository. */
        Entry: {
            lastCommit?: components["schemas"]["LastCommit"] | null;
            /** @description An id of the content, 40 hex digits. */
            oid: string;
            /** @description The path in the repository. */
            path: string;
            /**
             * Format: int64
             * @description The length in bytes; 0 for a folder.
             */
            size: number;
            /** @description The kind: `file` or `directory`. */
            type: string;
        };
        /** @description A class, a value or a range. */
        FacetBucket: {
            /**
             * Format: int64
             * @description Rows of the revision.
             */
            all: number;
            /**
             * Format: int64
             * @description The number of the class.
             */
            class?: number | null;
            /**
             * Format: int64
             * @description Rows that meet all filters but the facet's own.
             */
            count: number;
            from?: unknown;
            /** @description The synset of the class, if it has one. */
            synset?: string | null;
            to?: unknown;
            value?: unknown;
        };
        /** @description A concept, and the rows of the classes below it. */
        FacetConcept: {
            /**
             * Format: int64
             * @description Rows of the revision of a class below it or of its own.
             */
            all: number;
            /**
             * Format: int64
             * @description Rows of a class below it or of its own that meet all filters but the facet's own; each is counted once.
             */
            count: number;
            /** @description The synset's id (`n02084071`). */
            id: string;
            /** @description Its name (`dog.n.01`). */
            name: string;
            /** @description The synsets directly above it. */
            parents: string[];
            /** @description Its first word, for people. */
            title: string;
        };
        /** @description A number of rows, under all other filters and without any. */
        FacetCount: {
            /**
             * Format: int64
             * @description Rows of the revision.
             */
            all: number;
            /**
             * Format: int64
             * @description Rows that meet all filters but the facet's own.
             */
            count: number;
        };
        /**
         * @description What the buckets of a facet are.
         * @enum {string}
         */
        FacetKind: "classes" | "values" | "bools" | "numbers" | "times" | "lengths" | "present";
        /** @description The facets of a revision, under filters. */
        FacetList: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /** @description A facet for each column that has one, or that was asked for. */
            facets: components["schemas"]["FacetView"][];
            /**
             * Format: int64
             * @description Number of rows that meet all filters.
             */
            rows: number;
            /**
             * Format: int64
             * @description Number of rows of the revision.
             */
            total: number;
        };
        /** @description The counts of one column. */
        FacetView: {
            /** @description The buckets: classes by number, texts and ranges rising. A row of several values is counted in several. */
            buckets: components["schemas"]["FacetBucket"][];
            /** @description The column, or the way to a member of it (`objects.category`); `split` for the splits. */
            column: string;
            /** @description The concepts of the classes, where they were asked for: each synset that is one of a class, or above one. */
            concepts?: components["schemas"]["FacetConcept"][];
            /** @description What the buckets are. */
            kind: components["schemas"]["FacetKind"];
            /**
             * Format: int64
             * @description How many buckets are left out, which have the fewest rows of the revision.
             */
            left_out: number;
            /** @description Rows with a number that is infinite or NaN. */
            not_finite: components["schemas"]["FacetCount"];
            /** @description Rows without a value. */
            nulls: components["schemas"]["FacetCount"];
            /**
             * @description The smallest value of the revision, the 1st, 5th, 25th, 50th, 75th, 95th and 99th percentile and the greatest; of
             *     numbers and lengths, and of times in microseconds since 1970.
             */
            quantiles?: number[] | null;
            /**
             * Format: int64
             * @description The rows that are counted: those that meet all filters but this facet's own.
             */
            rows: number;
        };
        /** @description When the frames of a video are shown. */
        FrameTimes: {
            /**
             * Format: int64
             * @description Number of frames.
             */
            count: number;
            /**
             * Format: int64
             * @description The number of the first frame that is listed.
             */
            first: number;
            /** @description The time at which each frame begins, in seconds from the beginning, rising. */
            times: number[];
        };
        /** @description A branch or a tag. */
        GitRef: {
            /** @description The name. */
            name: string;
            /** @description The name as in Git: `refs/heads/main`, `refs/tags/v1`. */
            ref: string;
            /** @description The first 40 hex digits of the commit's id. */
            targetCommit: string;
        };
        /** @description The answer of a healthy server. */
        Health: {
            /** @description Always `ok`; an unhealthy server answers with a problem document. */
            status: string;
            /** @description The server's version, for example `0.1.0`. */
            version: string;
        };
        /** @description A commit, in a listing. */
        LastCommit: {
            /** @description Time of the commit, UTC. */
            date: string;
            /** @description The first 40 hex digits of the commit's id. */
            id: string;
            /** @description The first line of the commit's message. */
            title: string;
        };
        /** @description The leaderboards of a data set. */
        LeaderboardView: {
            /** @description One for each choice of rows. */
            boards: components["schemas"]["BoardView"][];
        };
        /** @description A sample that a push skipped. */
        LeftOut: {
            /** @description The source file, and the position in it. */
            place: string;
            /** @description Why the sample could not be read. */
            problem: string;
        };
        /** @description An object as lists show it. */
        ListedObject: {
            /**
             * Format: date-time
             * @description Time of the last write, UTC.
             */
            modified: string;
            /** @description The path below the data set's root. */
            path: string;
            /**
             * Format: int64
             * @description The object's length in bytes.
             */
            size_bytes: number;
        };
        /** @description A data set in a list of repositories. */
        ListedRepo: {
            /** @description The data set's namespace. */
            author: string;
            /** @description The card's front matter as JSON, with `full`. */
            cardData?: Record<string, never> | null;
            /** @description Time of the data set's creation, UTC. */
            createdAt: string;
            /** @description The card's first paragraph. */
            description: string;
            /** @description Always false. */
            disabled: boolean;
            /**
             * Format: int64
             * @description Always 0: not counted.
             */
            downloads: number;
            /** @description Always false: everyone who may see it may read it. */
            gated: boolean;
            /** @description The data set's full name, `namespace/name`. */
            id: string;
            /** @description When a commit, the card or the visibility last changed, UTC. */
            lastModified: string;
            /**
             * Format: int64
             * @description Always 0: not counted.
             */
            likes: number;
            /** @description True if only members of the namespace may see it. */
            private: boolean;
            /** @description The `tags` of the card's front matter, with `full`; else empty. */
            tags: string[];
            /**
             * Format: int64
             * @description Bytes at the head of the default branch.
             */
            usedStorage: number;
        };
        /** @description A user's name and password. */
        Login: {
            /** @description The name of the user. */
            name: string;
            /** @description The user's password in plain text. */
            password: string;
        };
        /** @description The value of one row of a list. */
        Mark: {
            /**
             * Format: int64
             * @description The place in the list, counted from 0.
             */
            rank: number;
            value: unknown;
        };
        /** @description The values along a list, at equal distances. */
        MarkList: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /** @description The marks, from the first row to the last. */
            marks: components["schemas"]["Mark"][];
            /**
             * Format: int64
             * @description Number of rows in the list.
             */
            total: number;
        };
        /** @description The caller, their namespaces and token. */
        Me: components["schemas"]["UserView"] & {
            /** @description The namespaces that the caller is a member of. */
            memberships: components["schemas"]["Membership"][];
            token?: components["schemas"]["TokenView"] | null;
        };
        /** @description All members of a namespace. */
        MemberList: {
            /** @description The members, sorted by name. */
            members: components["schemas"]["MemberView"][];
        };
        /** @description A member of a namespace. */
        MemberView: {
            /** @description The user's role in the namespace: `reader`, `writer` or `owner`. */
            role: string;
            /** @description The name of the user. */
            user: string;
        };
        /** @description The caller's membership of a namespace. */
        Membership: {
            /** @description The name of the namespace. */
            namespace: string;
            /** @description The caller's role in it: `reader`, `writer` or `owner`. */
            role: string;
        };
        /** @description A revision that a branch takes in. */
        MergeRevision: {
            /** @description The revision that is taken in. */
            from: string;
            /** @description The branch that takes it in; the default branch if missing. */
            into?: string | null;
            /** @description The commit's message. */
            message?: string | null;
        };
        /** @description The models of the hub. */
        ModelList: {
            /** @description Whether images may be sent to `POST /api/v1/classify`. */
            classify: boolean;
            /** @description The models, by name. */
            models: components["schemas"]["ModelView"][];
        };
        /** @description A model of the hub. */
        ModelView: {
            /**
             * Format: int64
             * @description The number of classes.
             */
            classes: number;
            /** @description The hash of its files. */
            hash: string;
            /** @description Its licence. */
            licence?: string | null;
            /** @description Its name. */
            name: string;
            /** @description Its preprocessing, in words. */
            preprocessing: string;
            /**
             * Format: int64
             * @description The length of its files in bytes.
             */
            size_bytes: number;
            /** @description Where it is from. */
            source?: string | null;
            /** @description What it is, in a line. */
            title?: string | null;
        };
        /** @description A page of namespaces. */
        NamespaceList: {
            /** @description The namespaces, sorted by name. */
            namespaces: components["schemas"]["NamespaceView"][];
            /** @description Send it as `cursor` to get the next page; null on the last page. */
            next?: string | null;
        };
        /** @description A namespace as lists show it: an owner of data sets, with members. */
        NamespaceView: {
            /**
             * Format: date-time
             * @description Time of creation, UTC.
             */
            created: string;
            /** @description The name, unique in the hub. */
            name: string;
        };
        /** @description A row before or after another. */
        Neighbour: {
            /**
             * Format: int64
             * @description The position among the rows of the revision, counted from 0.
             */
            position: number;
            /**
             * Format: int64
             * @description The place in the list, counted from 0.
             */
            rank: number;
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
        };
        /** @description A new token with its secret. */
        NewTokenView: components["schemas"]["TokenView"] & {
            /** @description The token's secret, `hub_…`. It is shown only once. */
            secret: string;
        };
        /** @description A page of objects. */
        ObjectList: {
            /** @description Send it as `after` to get the next page; null on the last page. */
            next?: string | null;
            /** @description The objects, sorted by path. */
            objects: components["schemas"]["ListedObject"][];
        };
        /** @description The state of an upload, new or resumed. */
        OpenUpload: {
            /** @description The upload's id; null if the object exists already. */
            id?: string | null;
            /**
             * Format: int64
             * @description The length in bytes of every part but the last, which may be shorter.
             */
            part_bytes: number;
            /** @description The numbers of the parts that were received, counted from 0. */
            received: number[];
            /** @description True if the object exists already, so that nothing has to be sent. */
            stored: boolean;
        };
        /** @description A namespace, as an organization. */
        Organization: {
            /** @description The name of the namespace. */
            fullname: string;
            /** @description The name of the namespace. */
            name: string;
            /** @description The user's role: `read`, `write` or `admin`. */
            roleInOrg: string;
            /** @description Always `org`. */
            type: string;
        };
        /**
         * @description How a revert or a merge ended.
         * @enum {string}
         */
        Outcome: "committed" | "fast-forward" | "unchanged";
        /** @description Pictures that stand out. */
        OutlierList: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /** @description The column of the pictures. */
            column: string;
            /**
             * Format: int64
             * @description Send it as `offset` to get the next page; null on the last page.
             */
            next?: number | null;
            /** @description The outliers, by position; a row is listed once for each reason. */
            rows: components["schemas"]["OutlierRow"][];
            /** @description Whether the pictures were read; without that there are no rows. */
            scan: components["schemas"]["ScanView"];
            /**
             * Format: int64
             * @description Number of outliers, over all pages.
             */
            total: number;
        };
        /** @description A picture that stands out. */
        OutlierRow: {
            /** @description Why: `damaged`, `blank`, `grey`, `tiny` or `extreme`. */
            kind: string;
            /**
             * Format: int64
             * @description The position among the rows of the revision, counted from 0.
             */
            position: number;
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
        };
        /** @description Which paths to describe. */
        PathsInfoRequest: {
            /** @description Include the last commit of each; false by default. */
            expand?: boolean;
            /** @description Paths of files and folders in the repository; 1,000 at most. */
            paths: string[];
        };
        /** @description The peaks of a waveform. */
        PeaksView: {
            /**
             * Format: int32
             * @description Number of channels.
             */
            channels: number;
            /**
             * Format: double
             * @description Playing time of the whole file in seconds; null if it doesn't say.
             */
            duration_secs?: number | null;
            /**
             * Format: double
             * @description Where the peaks begin, in seconds.
             */
            from: number;
            /** @description The greatest sample of each part. */
            high: (number | null)[];
            /** @description The least sample of each part, of all channels, from -1 to 1; null where there is no audio. */
            low: (number | null)[];
            /**
             * Format: int32
             * @description Samples a second and channel, in hertz.
             */
            sample_rate: number;
            /**
             * Format: double
             * @description Where they end.
             */
            to: number;
        };
        /** @description The files that a scan reads, with links to them. */
        Plan: {
            /** @description A branch that holds the commit. */
            branch: string;
            /**
             * Format: int64
             * @description Bytes of the pages that hold the rows in the requested columns: the least that a reader of byte ranges reads.
             *     Present and missing together with `row_groups`. Samples over 32 MiB, which are stored as objects of their own, are
             *     not counted.
             */
            bytes?: number | null;
            /** @description The id of the commit, 64 hex digits. */
            commit: string;
            /**
             * Format: uuid
             * @description The id of the data set.
             */
            dataset: string;
            /**
             * Format: date-time
             * @description When the links expire, UTC.
             */
            expires: string;
            /** @description The files that hold the rows and columns: manifests, column groups, blobs. */
            files: components["schemas"]["PlannedFile"][];
            /** @description The fragments in row order, if `ranges` was requested. */
            fragments?: components["schemas"]["PlannedFragment"][] | null;
            /**
             * @description The positions of these rows in the revision, if `where` was given: a roaring bitmap (32 bits, portable format),
             *     in base64.
             */
            positions?: string | null;
            /**
             * Format: int64
             * @description Number of row groups that hold the rows, if `where` or `ranges` was given; missing in plans of more than 1,000
             *     fragments.
             */
            row_groups?: number | null;
            /**
             * Format: int64
             * @description Number of rows to read.
             */
            rows: number;
            /**
             * Format: int64
             * @description The commit's version on `branch`, counted from 0.
             */
            version: number;
        };
        /** @description The rows and columns to plan for. */
        PlanRequest: {
            /**
             * @description The names of the columns to read; all if missing.
             * @default null
             */
            columns: string[] | null;
            /**
             * @description Links for readers that begin with `HEAD`, such as DuckDB and fsspec: they lead to the server, which answers `HEAD`
             *     and redirects `GET` to the bucket. By default links lead to the bucket itself, which takes `GET` only.
             * @default false
             */
            head: boolean;
            /**
             * @description Report the fragments too, and which byte ranges of their files hold the rows; false by default. The rows may
             *     then lie in 1,000 fragments at most.
             * @default false
             */
            ranges: boolean;
            /**
             * @description A branch, tag, `branch:version` or commit; the default branch if missing.
             * @default null
             */
            rev: string | null;
            /**
             * @description Only rows of this split; all rows if missing.
             * @default null
             */
            split: string | null;
            /**
             * @description Only rows for which this SQL condition holds: `isa(label, 'dog.n.01') AND image.width >= 256`.
             * @default null
             */
            where: string | null;
        };
        /** @description A file of a plan, with a link to it. */
        PlannedFile: {
            /** @description The path below the data set's root. */
            path: string;
            /**
             * Format: int64
             * @description The file's length in bytes.
             */
            size_bytes: number;
            /** @description A link that needs no token and supports range requests. One that begins with `/` is relative to this server. */
            url: string;
        };
        /** @description A fragment of a plan: rows whose columns lie in files side by side. */
        PlannedFragment: {
            /** @description The fragment's id, 10 hex digits. */
            id: string;
            /** @description The files, and the byte ranges in them, that hold these rows. */
            parts: components["schemas"]["PlannedPart"][];
            /** @description Number of rows in each row group of its files, whether the plan reads them or not. */
            row_groups: number[];
            /** @description The rows to read, counted from the fragment's first row: a roaring bitmap (32 bits, portable format) in base64. */
            rows: string;
            /** @description The split of its rows; missing if they have none. */
            split?: string | null;
        };
        /** @description The part of a file that a plan reads. */
        PlannedPart: {
            /** @description The file's path, as in the plan's `files`. */
            path: string;
            /** @description Byte ranges as `[start, end]`, end exclusive. The Parquet footer is not included. */
            ranges: number[][];
        };
        /** @description A class that a model predicted. */
        PredictedClass: {
            /** @description The class of the data set that it means; null where none is known. */
            label?: string | null;
            /** @description The name of the model's class. */
            name: string;
            /**
             * Format: double
             * @description Its probability.
             */
            probability: number;
        };
        /** @description A page of predictions. */
        PredictionList: {
            /** @description The predictions, in the order that was asked for. */
            predictions: components["schemas"]["PredictionView"][];
            /**
             * Format: int64
             * @description All predictions that were asked for.
             */
            total: number;
        };
        /** @description What a run predicted of one sample. */
        PredictionView: {
            /** @description Whether the most probable class is right; null where that can't be said. */
            correct?: boolean | null;
            /**
             * Format: int64
             * @description The number of the data set's class; null: no label.
             */
            label?: number | null;
            /**
             * Format: double
             * @description The negative log-likelihood of the label.
             */
            loss?: number | null;
            /**
             * Format: double
             * @description The probability of the first class less that of the second.
             */
            margin?: number | null;
            /** @description The image's path, as it was pushed. */
            name?: string | null;
            /**
             * Format: int64
             * @description Its position in the revision that was scored.
             */
            position: number;
            /** @description Why there is no prediction. */
            problem?: string | null;
            /**
             * Format: int64
             * @description The place of the first right class, from 1.
             */
            rank?: number | null;
            /** @description The row's id. */
            row_id: string;
            /** @description The numbers of the most probable classes of the model, with their probabilities. */
            top: [
                number,
                number
            ][];
        };
        /** @description A problem document (RFC 9457): why a request failed. */
        Problem: components["schemas"]["AccessDenied"] & {
            /**
             * @description The rows that others changed, if changes of rows were refused for that.
             * @default []
             */
            conflicts: components["schemas"]["RowConflictView"][];
            /**
             * @description What failed in this request, and how to go on.
             * @default
             */
            detail: string;
            /**
             * @description The path of the request.
             * @default
             */
            instance: string;
            /**
             * @description The request's id, as in the server's log.
             * @default
             */
            request_id: string;
            /**
             * Format: int32
             * @description The HTTP status of the answer.
             * @default 0
             */
            status: number;
            /**
             * @description The kind of problem, as a short text for people.
             * @default
             */
            title: string;
            /**
             * @description The kind of problem, as a stable URI reference.
             * @default
             * @example /problems/not-found
             */
            type: string;
        };
        /** @description An SQL query over one or more data sets. */
        QueryRequest: {
            /**
             * @description The data sets to query, as `namespace/name` or `namespace/name@rev`, 500 at most. If missing: all that the caller
             *     may read, with an additional column `dataset`.
             */
            datasets?: string[] | null;
            /** @description The format of the result; `json` by default. */
            format?: components["schemas"]["AnswerFormat"];
            /**
             * Format: int64
             * @description Maximum rows of the result; more are an error. The server's own limit applies if it is missing or greater.
             */
            limit?: number | null;
            /**
             * @description SQL over the table `samples`.
             * @example SELECT label, count(*) AS n FROM samples WHERE isa(label, 'canine.n.02') GROUP BY label
             */
            sql: string;
        };
        /** @description A class of a label column. */
        QueueClass: {
            /**
             * Format: int64
             * @description Its number.
             */
            class: number;
            /** @description Its name. */
            name: string;
        };
        /** @description A row of a queue. */
        QueueItem: {
            /**
             * Format: int64
             * @description Rows of one group are looked at together: of `duplicates` those with the same picture. Else each row is a group.
             */
            group: number;
            /** @description Whether the suggestion is near the label in WordNet: one is a kind of the other, or both are kinds of the same. */
            is_near: boolean;
            label?: components["schemas"]["QueueClass"] | null;
            /**
             * Format: int64
             * @description The position among the rows of the revision, counted from 0.
             */
            position: number;
            /** @description Why it is here. */
            reason: components["schemas"]["QueueReason"];
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
            /**
             * Format: double
             * @description By what the queue is sorted, the greatest first. `disagrees`: the probability of the suggestion less that of the label.
             *     `unlike`: the part of the nearest rows with another label, 0 to 1. `class`: the distance from the middle, 0 to 255.
             *     Null elsewhere.
             */
            score?: number | null;
            suggestion?: components["schemas"]["QueueClass"] | null;
        };
        /** @description The queues of a revision, without those for which something is missing. */
        QueueList: {
            /** @description The revision. */
            at: components["schemas"]["At"];
            /** @description The queues. */
            queues: components["schemas"]["QueueView"][];
        };
        /** @description A page of a queue. */
        QueuePage: {
            /** @description The revision. */
            at: components["schemas"]["At"];
            class?: components["schemas"]["QueueClass"] | null;
            /** @description The rows in their order; groups are whole. */
            items: components["schemas"]["QueueItem"][];
            /** @description The label column; null if the data set has none. */
            label?: string | null;
            /** @description `disagrees`: the run's model. */
            model?: string | null;
            /**
             * Format: int64
             * @description Send it as `offset` to get the next page; null on the last page.
             */
            next?: number | null;
            /** @description The name of the queue. */
            queue: string;
            /** @description `disagrees`: the run's id. */
            run?: string | null;
            /** @description How far the reading of the data is; without that there are no rows. */
            scan: components["schemas"]["ScanView"];
            since?: components["schemas"]["At"] | null;
            /**
             * Format: int64
             * @description Number of rows (of `duplicates`: of groups) over all pages.
             */
            total: number;
        };
        /**
         * @description Why a row is in a queue.
         * @enum {string}
         */
        QueueReason: "damaged" | "blank" | "grey" | "tiny" | "extreme" | "same-picture" | "distance" | "neighbours" | "model" | "added" | "changed";
        /** @description A queue: rows that are worth a look. */
        QueueView: {
            /** @description The ids of its first rows, at most four. */
            first: string[];
            /** @description Whether its rows are likely mistakes. Of `class` and `new` most are right. */
            has_mistakes: boolean;
            /** @description How its rows are found. */
            how: string;
            /** @description Its name in addresses: `disagrees`, `unlike`, `duplicates`, `outliers`, `class` or `new`. */
            queue: string;
            /** @description How far the reading of the data is that it needs. */
            scan: components["schemas"]["ScanView"];
            /** @description Its name for people. */
            title: string;
            /**
             * Format: int64
             * @description Number of rows (of `duplicates`: of groups) without those that people keep; null until the data were read, and for
             *     `class`, which needs a class.
             */
            total?: number | null;
        };
        /** @description The place of a row in a list. */
        RankView: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /**
             * Format: int64
             * @description The position among the rows of the revision, counted from 0.
             */
            position: number;
            /**
             * Format: int64
             * @description The place in the list, counted from 0; null if the list doesn't have the row.
             */
            rank?: number | null;
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
            /**
             * Format: int64
             * @description Number of rows in the list.
             */
            total: number;
        };
        /** @description A branch or tag, with the commit it points to. */
        RefView: {
            /** @description The commit that it points to; for a branch, its head. */
            at: components["schemas"]["At"];
            /** @description The user who committed, or set the tag. */
            author: string;
            /** @description The message, as written by the author. */
            message: string;
            /** @description The name, unique in its list. */
            name: string;
            /**
             * Format: date-time
             * @description Time of the commit, or of setting the tag, UTC.
             */
            time: string;
        };
        /** @description Branches and tags of a data set. */
        Refs: {
            /** @description The branches that hold a commit. */
            branches: components["schemas"]["RefView"][];
            /** @description The branch that requests without a revision read. */
            default_branch: string;
            /** @description The tags of the data set. */
            tags: components["schemas"]["RefView"][];
        };
        /** @description The new name of a data set. */
        RenameDataset: {
            /**
             * @description `namespace/name`; the caller must own both namespaces.
             * @example vision/mnist
             */
            to: string;
        };
        /** @description A commit of a repository. */
        RepoCommit: {
            /** @description The author. */
            authors: components["schemas"]["CommitAuthor"][];
            /** @description Time of the commit, UTC. */
            date: string;
            /** @description The first 40 hex digits of the commit's id. */
            id: string;
            /** @description The rest of the message. */
            message: string;
            /** @description The first line of the message; what the commit does, if it has none. */
            title: string;
        };
        /** @description A data set as a Hugging Face repository. */
        RepoInfo: {
            /** @description The data set's namespace. */
            author: string;
            /** @description The card's front matter as JSON. */
            cardData: Record<string, never>;
            /** @description Time of the data set's creation, UTC. */
            createdAt: string;
            /** @description Always false. */
            disabled: boolean;
            /**
             * Format: int64
             * @description Always 0: not counted.
             */
            downloads: number;
            /** @description Always false: everyone who may see it may read it. */
            gated: boolean;
            /** @description The data set's full name, `namespace/name`. */
            id: string;
            /** @description Time of the commit, UTC. */
            lastModified: string;
            /**
             * Format: int64
             * @description Always 0: not counted.
             */
            likes: number;
            /** @description True if only members of the namespace may see it. */
            private: boolean;
            /** @description The revision: the first 40 hex digits of the commit's id. */
            sha: string;
            /** @description The files of the revision. */
            siblings: components["schemas"]["Sibling"][];
            /** @description The `tags` of the card's front matter. */
            tags: unknown[];
            /**
             * Format: int64
             * @description Total bytes of the revision's stored files.
             */
            usedStorage: number;
        };
        /** @description The branches and tags of a repository. */
        RepoRefs: {
            /** @description The branches. */
            branches: components["schemas"]["GitRef"][];
            /** @description Always empty: there are no converted copies. */
            converts: components["schemas"]["GitRef"][];
            /** @description Always empty, and only if requested. */
            pullRequests?: components["schemas"]["GitRef"][] | null;
            /** @description The tags. */
            tags: components["schemas"]["GitRef"][];
        };
        /** @description A revision that a branch returns to. */
        RevertBranch: {
            /** @description The branch; the default branch if missing. */
            branch?: string | null;
            /** @description The commit's message. */
            message?: string | null;
            /** @description The revision whose rows and columns come back. */
            to: string;
        };
        /** @description A page of answers. */
        ReviewList: {
            /** @description Send it as `cursor` to get the next page; null on the last page. */
            next?: string | null;
            /** @description The answers, by queue and row. */
            reviews: components["schemas"]["ReviewView"][];
        };
        /** @description An answer about a row of a queue: that it is right as it is. */
        ReviewView: {
            /** @description The answer: `keep`. */
            answer: string;
            /** @description Who gave it. */
            by: string;
            /** @description The queue: `duplicates`, `outliers`, or another name. */
            queue: string;
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
            /**
             * Format: date-time
             * @description When, UTC.
             */
            time: string;
        };
        /**
         * @description What a commit did to a row.
         * @enum {string}
         */
        RowActionView: "added" | "changed" | "removed";
        /** @description A commit that touched a row. */
        RowChangeView: {
            /** @description What it did. */
            action: components["schemas"]["RowActionView"];
            /** @description The commit. */
            commit: components["schemas"]["CommitView"];
            /** @description The values that it replaced. */
            values: components["schemas"]["ChangedValueView"][];
        };
        /** @description A row that others changed since the base. */
        RowConflictView: {
            base: unknown;
            /** @description The column that they changed; null for a row that is gone. */
            column?: string | null;
            /** @description Whether the row is gone. */
            gone: boolean;
            now: unknown;
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
        };
        /** @description A change of one row. */
        RowEditView: {
            /** @description The column; missing where the row is removed. */
            column?: string | null;
            /** @description A JSON pointer into the value (`/3/category`), where only that part is new; `/-` appends to a list. */
            path?: string | null;
            /** @description `true` removes the row, or with `column` and `path` that item of a list. */
            remove?: boolean;
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
            value?: unknown;
            was?: unknown;
        };
        /** @description A page of rows. */
        RowList: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /** @description The columns of `rows`, in order. */
            columns: components["schemas"]["ColumnView"][];
            /**
             * Format: int64
             * @description Send it as `offset` to get the next page; null on the last page.
             */
            next?: number | null;
            /** @description The rows, in the order of `sort`, else by position. */
            rows: components["schemas"]["RowView"][];
            /**
             * Format: int64
             * @description Total number of rows for this split and filter, over all pages.
             */
            total: number;
        };
        /** @description The commits that touched a row. */
        RowLogView: {
            /** @description The revision that the log begins at. */
            at: components["schemas"]["At"];
            /** @description The commits, newest first. */
            changes: components["schemas"]["RowChangeView"][];
            /** @description Send it as `cursor` to get the next page; null at the end of the log. */
            next?: string | null;
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
        };
        /** @description One row, and its place in a list. */
        RowPage: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /** @description The columns of the row, in order. */
            columns: components["schemas"]["ColumnView"][];
            next?: components["schemas"]["Neighbour"] | null;
            previous?: components["schemas"]["Neighbour"] | null;
            /**
             * Format: int64
             * @description The row's place in the list, counted from 0; null if the list doesn't have it.
             */
            rank?: number | null;
            /** @description The row. */
            row: components["schemas"]["RowView"];
            /**
             * Format: int64
             * @description Number of rows in the list.
             */
            total: number;
        };
        /** @description What a run predicted of a row, or of one of its boxes. */
        RowPrediction: {
            /**
             * @description The label that was predicted: a column, or the way to a member (`objects.category`); null if the revision has no
             *     such label.
             */
            column?: string | null;
            /** @description Whether the most probable class was right for that; null where that can't be said. */
            correct?: boolean | null;
            /**
             * Format: int32
             * @description The box in the column's list, from 0; null: the whole image.
             */
            item?: number | null;
            /** @description The name of the label that it had then. */
            label?: string | null;
            /**
             * Format: double
             * @description The negative log-likelihood of the label.
             */
            loss?: number | null;
            /**
             * Format: double
             * @description The probability of the first class less that of the second.
             */
            margin?: number | null;
            /** @description The model's name. */
            model: string;
            /** @description Why there is no prediction. */
            problem?: string | null;
            /**
             * Format: int64
             * @description The place of the first right class, from 1.
             */
            rank?: number | null;
            /** @description The rows that the run scored, in words. */
            rows: string;
            /** @description The run's id. */
            run: string;
            /**
             * Format: date-time
             * @description When the run was finished, UTC.
             */
            time: string;
            /** @description The most probable classes, at most five. */
            top: components["schemas"]["PredictedClass"][];
        };
        /** @description What runs predicted of a row. */
        RowPredictions: {
            /** @description The revision whose labels and boxes are named. */
            at: components["schemas"]["At"];
            /** @description The predictions, those of the newest run first. */
            predictions: components["schemas"]["RowPrediction"][];
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
            /** @description Ids of runs whose record or predictions can't be read. */
            unreadable: string[];
        };
        /** @description A row with its values. */
        RowView: {
            /**
             * Format: int64
             * @description The position among the rows of the revision, counted from 0.
             */
            position: number;
            /** @description The row's id, `fragment:offset`, which stays the same in every revision. */
            row_id: string;
            /** @description The row's split; null if it has none. */
            split?: string | null;
            /** @description The values by column name. */
            values: Record<string, never>;
        };
        /** @description The runs of a data set. */
        RunList: {
            /** @description The runs, the newest first. */
            runs: components["schemas"]["RunView"][];
            /** @description Ids of runs whose record can't be read. */
            unreadable: string[];
        };
        /** @description A run, as lists show it. */
        RunView: {
            /** @description Who ran it. */
            author: string;
            /** @description The hash of the model's card, which holds its preprocessing. */
            card_hash: string;
            /** @description The commit that was scored, 64 hex digits. */
            commit: string;
            /**
             * Format: int64
             * @description Images that can't be decoded.
             */
            corrupt: number;
            /** @description Name, version and device of the engine. */
            engine: string;
            /** @description Whether tensors were exact; else made by the fast mode. */
            exact: boolean;
            /**
             * Format: int64
             * @description Outputs that are no prediction; they count as wrong.
             */
            failed: number;
            /** @description The run's id. */
            id: string;
            /** @description The model's name. */
            model: string;
            /** @description The hash of the model's files. */
            model_hash: string;
            /** @description The rows that were scored, in words. */
            rows: string;
            /**
             * Format: int64
             * @description Rows that were evaluated.
             */
            samples: number;
            /** @description The split that was scored; null for all rows. */
            split?: string | null;
            /**
             * Format: date-time
             * @description When it was finished, UTC.
             */
            time: string;
            top1?: components["schemas"]["ShareView"] | null;
            top5?: components["schemas"]["ShareView"] | null;
        };
        /**
         * @description Whether the pictures of a revision were read.
         * @enum {string}
         */
        ScanState: "done" | "running" | "not-begun";
        /** @description How far the reading of the pictures is. */
        ScanView: {
            /**
             * Format: int64
             * @description Rows that were read.
             */
            rows: number;
            /** @description Whether all were read. */
            state: components["schemas"]["ScanState"];
            /**
             * Format: int64
             * @description Rows of the revision.
             */
            total: number;
        };
        /** @description The columns of a revision. */
        SchemaView: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /** @description The columns, in order; a media column is followed by its metadata columns. */
            columns: components["schemas"]["ColumnView"][];
        };
        /** @description The role to give to a member. */
        SetMember: {
            /** @description `reader` (reads private data sets), `writer` (pushes to them) or `owner` (renames, deletes, manages members). */
            role: string;
        };
        /** @description Answers to keep, or to take back. */
        SetReviews: {
            /** @description `keep` keeps the rows as they are, so that the queue no longer shows them; null takes the answer back. */
            answer?: string | null;
            /** @description The queue: 1 to 64 letters, digits, `-` and `_`. */
            queue: string;
            /** @description The ids of the rows, 1,000 at most. */
            row_ids: string[];
        };
        /** @description The hub's first owner, to be created. */
        Setup: {
            /** @description The name of the owner. */
            name: string;
            /** @description The owner's password in plain text. */
            password: string;
            /** @description The secret of the one-time link. */
            secret: string;
        };
        /** @description A share of samples, with its 95 % interval (Wilson's). */
        ShareView: {
            /**
             * Format: double
             * @description The share, from 0 to 1; null of nothing.
             */
            fraction?: number | null;
            /**
             * Format: double
             * @description Upper end of the interval.
             */
            high: number;
            /**
             * Format: double
             * @description Lower end of the interval.
             */
            low: number;
            /**
             * Format: int64
             * @description All samples.
             */
            of: number;
            /**
             * Format: int64
             * @description Samples that count.
             */
            right: number;
        };
        /** @description A file of a repository. */
        Sibling: {
            /** @description An id of the content, 40 hex digits, with `blobs`. */
            blobId?: string | null;
            /** @description The file's path in the repository. */
            rfilename: string;
            /**
             * Format: int64
             * @description The length in bytes, with `blobs`.
             */
            size?: number | null;
        };
        /** @description A row, and how similar it is. */
        SimilarRow: {
            /**
             * Format: int64
             * @description The position among the rows of the revision, counted from 0.
             */
            position: number;
            /** @description The row's id, `fragment:offset`. */
            row_id: string;
            /**
             * Format: float
             * @description The cosine of the angle between the two vectors: 1 for the same direction, -1 for the opposite one.
             */
            similarity: number;
        };
        /** @description The rows most similar to one. */
        SimilarRows: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /** @description The column of the vectors that were compared. */
            column: string;
            /** @description The id of the row that they are similar to. */
            row_id: string;
            /** @description The rows, the most similar first, without the row itself. */
            rows: components["schemas"]["SimilarRow"][];
        };
        /** @description Statistics of a revision's rows and columns. */
        StatsView: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /** @description The classes of each label in each split, if `bins` was given. */
            classes_by_split?: components["schemas"]["ClassesBySplit"][] | null;
            /** @description The histogram of each column of numbers, times and lists (by their lengths), if `bins` was given. */
            distributions?: components["schemas"]["Distribution"][] | null;
            /** @description Rows, bytes and splits, and for each column the number of nulls, the range and the count of each class. */
            stats: Record<string, never>;
        };
        /** @description The result of an upload. */
        Stored: {
            /** @description True if the object is new, false if it existed already. */
            stored: boolean;
        };
        /** @description Options of a garbage collection. */
        Sweep: {
            /**
             * @description Count files, but delete none; false by default.
             * @default false
             */
            dry_run: boolean;
            /**
             * Format: int64
             * @description Keep files younger than this many seconds. Default 86,400 (a day), which is also the minimum unless `dry_run`.
             * @default null
             */
            grace_secs: number | null;
        };
        /** @description What a garbage collection deleted, or would delete. */
        SweptView: {
            /**
             * Format: int64
             * @description Total bytes of the files counted in `files`.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Number of files that no commit references and that are older than the grace time.
             */
            files: number;
            /**
             * Format: int64
             * @description Total bytes of the files counted in `young_files`.
             */
            young_bytes: number;
            /**
             * Format: int64
             * @description Number of unreferenced files that are younger than the grace time; they are kept.
             */
            young_files: number;
        };
        /** @description The direct hyponyms of a synset. */
        SynsetChildren: {
            /** @description The direct hyponyms, instances included. */
            children: components["schemas"]["CountedSynset"][];
            /** @description The synset that was requested. */
            synset: components["schemas"]["CountedSynset"];
        };
        /** @description A label column of a data set that has rows labelled with a synset. */
        SynsetDataset: {
            /** @description The revision that was counted. */
            at: components["schemas"]["At"];
            /** @description The name of the label column. */
            column: string;
            /** @description Number of its rows labelled with the synset. */
            count: components["schemas"]["CountView"];
            /** @description The data set's full name, `namespace/name`. */
            dataset: string;
        };
        /** @description The data sets that have rows labelled with a synset. */
        SynsetDatasets: {
            /** @description One entry for each data set, branch and label column. */
            datasets: components["schemas"]["SynsetDataset"][];
            /** @description The synset that was requested. */
            synset: components["schemas"]["SynsetView"];
        };
        /** @description The result of a synset search. */
        SynsetList: {
            /** @description Words with similar spelling, if nothing was found; 5 at most. */
            suggestions: string[];
            /** @description The matching synsets, best match first. */
            synsets: components["schemas"]["SynsetView"][];
        };
        /** @description A synset with its direct hypernyms and hyponyms. */
        SynsetPage: components["schemas"]["SynsetView"] & {
            /** @description The direct hyponyms, instances included. */
            children: components["schemas"]["SynsetView"][];
            /** @description Example sentences from WordNet. */
            examples: string[];
            /** @description The direct hypernyms, instance hypernyms included. */
            parents: components["schemas"]["SynsetView"][];
        };
        /** @description A row labelled with a synset. */
        SynsetRow: {
            /**
             * Format: int64
             * @description The position among the rows of the revision, counted from 0.
             */
            position: number;
            /** @description The row's id, `fragment:offset`, which stays the same in every revision. */
            row_id: string;
        };
        /** @description A page of rows labelled with a synset. */
        SynsetRowList: {
            /** @description The revision that was read. */
            at: components["schemas"]["At"];
            /** @description The name of the label column. */
            column: string;
            /** @description Total number of rows, over all pages. */
            count: components["schemas"]["CountView"];
            /**
             * Format: int64
             * @description Send it as `after` to get the next page; null on the last page.
             */
            next?: number | null;
            /** @description The rows, in order of position. */
            rows: components["schemas"]["SynsetRow"][];
            /** @description The synset that was requested. */
            synset: components["schemas"]["SynsetView"];
        };
        /** @description A synset of WordNet 3.0. */
        SynsetView: {
            /** @description The definition, in English. */
            gloss: string;
            /**
             * @description The WordNet 3.0 id: part of speech and offset.
             * @example n02084071
             */
            id: string;
            /**
             * @description The name as in NLTK.
             * @example dog.n.01
             */
            name: string;
            /** @description The synonyms (lemmas), with spaces between words. */
            words: string[];
        };
        /** @description All tokens of the caller. */
        TokenList: {
            /** @description The tokens, without secrets, newest first. */
            tokens: components["schemas"]["TokenView"][];
        };
        /** @description A token as lists show it, without its secret. */
        TokenView: {
            /**
             * Format: date-time
             * @description Time of creation, UTC.
             */
            created: string;
            /**
             * Format: date-time
             * @description When it expires, UTC; null if it is valid until it is revoked.
             */
            expires?: string | null;
            /**
             * Format: uuid
             * @description The id, which is needed to revoke it.
             */
            id: string;
            /**
             * Format: date-time
             * @description Time of the last use, UTC, accurate to a minute; null if it was never used.
             */
            last_used?: string | null;
            /** @description The name that its owner gave it. */
            name: string;
            /** @description If set, the token is valid in this namespace only. */
            namespace?: string | null;
            /** @description The highest scope of requests with it: `read`, `write` or `admin`. */
            scope: string;
        };
        /** @description The properties to change; those left out keep their values. */
        UpdateDataset: {
            /** @description The card: Markdown with YAML front matter, at most 1 MiB. */
            card?: string | null;
            /** @description The branch that requests without a revision read; it must hold a commit. */
            default_branch?: string | null;
            /** @description Who may see it: `public` (everyone) or `private` (the members of its namespace). */
            visibility?: string | null;
        };
        /** @description The properties to change; those left out keep their values. */
        UpdateUser: {
            /** @description True for an owner of the whole hub. */
            admin?: boolean | null;
            /** @description The new password in plain text; it ends all sessions and tokens of the user. */
            password?: string | null;
        };
        /** @description A page of users. */
        UserList: {
            /** @description Send it as `cursor` to get the next page; null on the last page. */
            next?: string | null;
            /** @description The users, sorted by name. */
            users: components["schemas"]["UserView"][];
        };
        /** @description A user as lists show them. */
        UserView: {
            /** @description True for an owner of the whole hub. */
            admin: boolean;
            /**
             * Format: date-time
             * @description Time of creation, UTC.
             */
            created: string;
            /** @description The name; also that of the user's own namespace. */
            name: string;
        };
        /** @description The caller's account. */
        WhoAmI: {
            /** @description How the request was authenticated: the token's name and role. */
            auth: Record<string, never>;
            /** @description The name of the user. */
            fullname: string;
            /** @description The id of the user. */
            id: string;
            /** @description Always false. */
            isPro: boolean;
            /** @description The name of the user. */
            name: string;
            /** @description The namespaces that the user is a member of, as organizations. */
            orgs: components["schemas"]["Organization"][];
            /** @description Always `user`. */
            type: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_v1_audit: {
        parameters: {
            query?: {
                /** @description Only actions of this user. */
                actor?: string;
                /** @description Only actions on this data set (`vision/mnist`), or this namespace and its data sets (`vision`). */
                target?: string;
                /** @description `next` of the previous page. */
                cursor?: string;
                /** @description Entries on the page, 100 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_classify: {
        parameters: {
            query: {
                /** @description The model's name. */
                model: string;
                /** @description The number of most probable classes, 5 by default and 100 at most; greater values are clamped. */
                top?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": components["schemas"]["Binary"];
            };
        };
        responses: {
            /** @description The most probable classes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Classified"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets: {
        parameters: {
            query?: {
                /** @description Words that must all occur in the name or the summary. */
                q?: string;
                /** @description Only data sets of this namespace. */
                namespace?: string;
                /** @description List deleted data sets that can be restored, instead of existing ones; false by default. */
                deleted?: boolean;
                /** @description The order: `name` (default), `created`, `updated`, `rows` or `bytes`. */
                sort?: string;
                /** @description `next` of the previous page. */
                cursor?: string;
                /** @description Data sets on the page, 50 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of data sets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateDataset"];
            };
        };
        responses: {
            /** @description The new data set */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The data set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetPage"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_v1_datasets_ns_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The data set was deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deleted"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_v1_datasets_ns_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateDataset"];
            };
        };
        responses: {
            /** @description The changed data set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets_ns_name_branches: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateBranch"];
            };
        };
        responses: {
            /** @description The branch */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_v1_datasets_ns_name_branches_ref: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The name of the branch or tag. */
                ref: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The branch was deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_card: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The card */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CardView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_commits: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description `next` of the previous page. */
                cursor?: string;
                /** @description Commits on the page, 50 by default and 500 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of commits, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommitList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_commits_rev: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description A branch, tag, `branch:version` or commit. */
                rev: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The commit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommitPage"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_croissant: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The description */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/ld+json": Record<string, never>;
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_diff: {
        parameters: {
            query: {
                /** @description The revision to compare from: a branch, tag, `branch:version` or commit. */
                from: string;
                /** @description The revision to compare to; the default branch if missing. */
                to?: string;
                /** @description Listed rows of each kind, 100 by default and 10,000 at most (with `values` 1,000); greater values are clamped. */
                limit?: number;
                /** @description `true` gives the old and the new values of changed rows too, and what became what how often. */
                values?: boolean;
                /** @description Of these values, only those of this column. */
                column?: string;
                /** @description `next` of the previous page of values. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The difference */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiffView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_duplicates: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description When pictures are duplicates: `exact` (the default) or `near`. */
                kind?: "exact" | "near";
                /** @description The column of images; by default the first. */
                column?: string;
                /** @description The label column that is compared; by default the first that is not in a list. */
                label?: string;
                /** @description `true` lists only groups whose labels differ. */
                labels_differ?: boolean;
                /** @description `true` lists groups too all of whose rows were answered with `keep`. */
                kept?: boolean;
                /** @description Skip this many groups. */
                offset?: number;
                /** @description Groups on the page, 50 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of groups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DuplicateList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets_ns_name_edits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CommitEdits"];
            };
        };
        responses: {
            /** @description The commit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EditsCommitted"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_facets: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /**
                 * @description Columns and ways to members of them (`objects.category`), and `split`, separated by commas; by default `split`, all
                 *     columns of labels, booleans, numbers, times, texts and lists, and the labels in lists.
                 */
                columns?: string;
                /** @description Only rows for which this SQL condition holds; it belongs to no facet. */
                where?: string;
                /** @description Only rows of this split; it belongs to no facet. */
                split?: string;
                /** @description About how many ranges numbers, times and lengths have, 40 by default and 1,000 at most. */
                bins?: number;
                /** @description The most buckets of a facet, 1,000 by default and 100,000 at most; those with the fewest rows are left out. */
                buckets?: number;
                /** @description `true` counts the concepts above the classes too. */
                concepts?: boolean;
                /**
                 * @description `f.<column>`: the SQL condition that belongs to the facet of this column, such as `f.label=label = 'cat'`; it counts
                 *     for all facets but this one. `f.split` is a list of splits, separated by commas.
                 */
                "f.<column>"?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The facets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FacetList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets_ns_name_gc: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Sweep"];
            };
        };
        responses: {
            /** @description What was deleted, or would be with `dry_run` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SweptView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_leaderboard: {
        parameters: {
            query?: {
                /** @description Only runs on this split. */
                split?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The leaderboards */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeaderboardView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_log: {
        parameters: {
            query: {
                /** @description The row's id (`0123456789:42`), or its position in the revision. A row that was removed has only its id. */
                row: string;
                /** @description The revision that the log begins at: a branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description `next` of the previous page; with it, `row` must be the id. */
                cursor?: string;
                /** @description Commits on the page, 50 by default and 500 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The commits, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowLogView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_marks: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description The list has only rows for which this SQL condition holds. */
                where?: string;
                /** @description The list has only rows of this split. */
                split?: string;
                /** @description The order of the list, as for a page of rows. */
                sort?: string;
                /** @description Into how many equal parts the marks divide the list, 50 by default and 1,000 at most; greater values are clamped. */
                parts?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The marks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MarkList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets_ns_name_merge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeRevision"];
            };
        };
        responses: {
            /** @description The branch's head */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BranchMoved"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_objects: {
        parameters: {
            query?: {
                /** @description A folder with a trailing slash, for example `refs/main/` or `tags/`; all objects if missing. */
                prefix?: string;
                /** @description Only paths that sort after this one: `next` of the previous page. */
                after?: string;
                /** @description Objects on the page, 1,000 by default and 10,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of objects, sorted by path */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_objects_path: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /**
                 * @description The object's path below the data set's root: `hub.json`, `data/<hash>.parquet`, `blobs/<hash>`,
                 *     `manifests/<hash>`, `refs/<branch>/<version>.json`, `refs/<branch>/hint`, `tags/<name>.json`,
                 *     `views/<name>/<version>.json`, `runs/<id>/run.json`,
                 *     `runs/<id>/predictions.parquet`.
                 */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": components["schemas"]["Binary"];
                    "application/json": Record<string, never>;
                    "text/plain": string;
                    "application/octet-stream": components["schemas"]["Binary"];
                };
            };
            /** @description The requested range */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": components["schemas"]["Binary"];
                    "application/json": components["schemas"]["Binary"];
                    "text/plain": components["schemas"]["Binary"];
                    "application/octet-stream": components["schemas"]["Binary"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_v1_datasets_ns_name_objects_path: {
        parameters: {
            query?: {
                /** @description True if the commit, tag or view was made in another place and keeps its author. Needs an owner of the namespace. */
                import?: boolean;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /**
                 * @description The object's path below the data set's root: `hub.json`, `data/<hash>.parquet`, `blobs/<hash>`,
                 *     `manifests/<hash>`, `refs/<branch>/<version>.json`, `refs/<branch>/hint`, `tags/<name>.json`,
                 *     `views/<name>/<version>.json`, `runs/<id>/run.json`,
                 *     `runs/<id>/predictions.parquet`.
                 */
                path: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": components["schemas"]["Binary"];
            };
        };
        responses: {
            /** @description The object exists already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stored"];
                };
            };
            /** @description Stored */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stored"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_v1_datasets_ns_name_objects_path: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /**
                 * @description The object's path below the data set's root: `hub.json`, `data/<hash>.parquet`, `blobs/<hash>`,
                 *     `manifests/<hash>`, `refs/<branch>/<version>.json`, `refs/<branch>/hint`, `tags/<name>.json`,
                 *     `views/<name>/<version>.json`, `runs/<id>/run.json`,
                 *     `runs/<id>/predictions.parquet`.
                 */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_outliers: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description The column of images; by default the first. */
                column?: string;
                /** @description `true` lists rows too that were answered with `keep`. */
                kept?: boolean;
                /** @description Skip this many. */
                offset?: number;
                /** @description Rows on the page, 100 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutlierList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_parquet_file: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The file: `{split}.parquet`, or as in the data set's Croissant description. */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": components["schemas"]["Binary"];
                };
            };
            /** @description The requested range */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": components["schemas"]["Binary"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets_ns_name_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanRequest"];
            };
        };
        responses: {
            /** @description The plan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_points: {
        parameters: {
            query: {
                /** @description The column of numbers across, or one number of a column of vectors (`umap[0]`). */
                x: string;
                /** @description The column of numbers upwards, likewise. */
                y: string;
                /** @description A column with a facet, or `split`: each point gets the number of its bucket there. */
                color?: string;
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Only rows for which this SQL condition holds. */
                where?: string;
                /** @description Only rows of this split. */
                split?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The points */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.hub.points": components["schemas"]["Binary"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_predictions: {
        parameters: {
            query: {
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Only this run: an id, a part of it that no other has, the name of a model (its newest run), or `last`. */
                run?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The predictions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowPredictions"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_rank: {
        parameters: {
            query: {
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description The list has only rows for which this SQL condition holds. */
                where?: string;
                /** @description The list has only rows of this split. */
                split?: string;
                /** @description The order of the list, as for a page of rows. */
                sort?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The row's rank */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RankView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_refs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Branches and tags */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refs"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets_ns_name_rename: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameDataset"];
            };
        };
        responses: {
            /** @description The changed data set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets_ns_name_revert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevertBranch"];
            };
        };
        responses: {
            /** @description The branch's head */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BranchMoved"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_review: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The queues */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_review_queue: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description The column of images (`unlike`: of vectors); by default the first. */
                column?: string;
                /** @description The label column; by default the first that is not in a list. */
                label?: string;
                /** @description `class`: its name or number; by default the first that a row has. */
                class?: string;
                /** @description `disagrees`: a run's id, a part of it that no other has, or the name of a model; by default the newest run. */
                run?: string;
                /** @description `new`: the earlier revision; by default the commit before. */
                since?: string;
                /** @description `true` lists rows too that were answered with `keep`. */
                kept?: boolean;
                /** @description Skip this many rows (of `duplicates`: groups). */
                offset?: number;
                /** @description Rows (of `duplicates`: groups) on the page, 100 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description `disagrees`, `unlike`, `duplicates`, `outliers`, `class` or `new`. */
                queue: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuePage"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_reviews: {
        parameters: {
            query?: {
                /** @description Only answers of this queue. */
                queue?: string;
                /** @description `next` of the previous page. */
                cursor?: string;
                /** @description Answers on the page, 100 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_v1_datasets_ns_name_reviews: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetReviews"];
            };
        };
        responses: {
            /** @description The answers are kept */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_rows: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Skip this many of the selected rows. */
                offset?: number;
                /** @description Rows on the page, 50 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
                /** @description Names of columns, separated by commas; by default all columns except media metadata. */
                columns?: string;
                /** @description Only rows for which this SQL condition holds: `isa(label, 'dog.n.01') AND image.width >= 256`. */
                where?: string;
                /** @description Only rows of this split. */
                split?: string;
                /**
                 * @description The order: `score`, `-score` (the greatest first), `image.width`, `random:7` (drawn from the seed 7); by default by
                 *     position. Rows of equal values stand in the order of their positions, those without a value come last.
                 */
                sort?: string;
                /**
                 * @description Only these rows, in this order: ids or positions, separated by commas, 1,000 at most. Not together with `where`,
                 *     `split`, `sort` and `offset`.
                 */
                ids?: string;
                /** @description `thin` leaves out polygons, masks and tensors, and cuts texts after 200 characters, for a page of many rows. */
                values?: "thin" | "whole";
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_rows_row: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Names of columns, separated by commas; by default all columns except media metadata. */
                columns?: string;
                /** @description The list has only rows for which this SQL condition holds. */
                where?: string;
                /** @description The list has only rows of this split. */
                split?: string;
                /** @description The order of the list, as for a page of rows. */
                sort?: string;
                /** @description `thin` leaves out polygons, masks and tensors, and cuts texts after 200 characters. */
                values?: "thin" | "whole";
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The row */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowPage"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_rows_row_column: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
                /** @description The name of the column. */
                column: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": components["schemas"]["Binary"];
                };
            };
            /** @description The requested range */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": components["schemas"]["Binary"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_rows_row_column_frame: {
        parameters: {
            query: {
                /** @description The number of the frame, from 0. */
                n: number;
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Pixels of the longest side, 1,920 by default and 4,096 at most; smaller frames are not enlarged. */
                size?: number;
                /** @description The file format; by default WebP if the request's `Accept` names it, else JPEG. */
                format?: "webp" | "jpeg";
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
                /** @description The name of the column. */
                column: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The frame */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": components["schemas"]["Binary"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_rows_row_column_frames: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description The number of the first frame to list, from 0. */
                first?: number;
                /** @description Frames to list, 10,000 by default and 100,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
                /** @description The name of the column. */
                column: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The times */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FrameTimes"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_rows_row_column_mask: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description A JSON pointer to the mask in the value (`/3/segmentation`); by default the cell is one. */
                path?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
                /** @description The name of the column. */
                column: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mask */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": components["schemas"]["Binary"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_rows_row_column_peaks: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Where to begin, in seconds; by default at the beginning. */
                from?: number;
                /** @description Where to end, in seconds; by default at the end. */
                to?: number;
                /** @description Number of parts, 1,000 by default and 8,192 at most; greater values are clamped. */
                n?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
                /** @description The name of the column. */
                column: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The peaks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeaksView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_rows_row_column_spectrogram: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Where to begin, in seconds; by default at the beginning. */
                from?: number;
                /** @description Where to end, in seconds; by default at the end. */
                to?: number;
                /** @description Moments across, 1,000 by default and 4,096 at most; greater values are clamped. */
                width?: number;
                /** @description Frequencies upwards, from 0 to half the sample rate; 200 by default and 1,024 at most. */
                height?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
                /** @description The name of the column. */
                column: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The spectrogram */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": components["schemas"]["Binary"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_rows_row_column_thumbnail: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Pixels of the longest side, 256 by default; smaller images are not enlarged. */
                size?: number;
                /** @description The file format; by default WebP if the request's `Accept` names it, else JPEG. */
                format?: "webp" | "jpeg";
                /** @description `cover` makes the thumbnail a square of `size`, cut from the middle; by default all of the image is shown. */
                fit?: "contain" | "cover";
                /**
                 * @description Only this part of the image, upright: `x,y,width,height` in pixels of the image, such as a box. What lies outside of
                 *     the image is cut off.
                 */
                crop?: string;
                /** @description For a video, the time of the frame in seconds; by default a tenth into the video, but at most 3 s. */
                at?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
                /** @description The name of the column. */
                column: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The thumbnail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": components["schemas"]["Binary"];
                    "image/jpeg": components["schemas"]["Binary"];
                };
            };
            /** @description The requested range */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": components["schemas"]["Binary"];
                    "image/jpeg": components["schemas"]["Binary"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_runs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The runs, the newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_runs_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description A run's id, a part of it that no other has, the name of a model (its newest run), or `last`. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_v1_datasets_ns_name_runs_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description A run's id, a part of it that no other has, the name of a model (its newest run), or `last`. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run was deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_runs_run_compare_other: {
        parameters: {
            query?: {
                /** @description Test whether the runs are equally good within this share (0.01: one point). */
                margin?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The first run: an id, a part of it, the name of a model, or `last`. */
                run: string;
                /** @description The second run. */
                other: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The comparison */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_runs_run_predictions: {
        parameters: {
            query?: {
                /** @description The order, by position if missing. */
                order?: "position" | "loss" | "confidence" | "margin";
                /** @description Only right ones (true) or wrong ones (false). With `order=confidence`, false lists the most confident mistakes. */
                correct?: boolean;
                /** @description Predictions to leave out at the beginning. */
                offset?: number;
                /** @description Predictions on the page, 50 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description A run's id, a part of it that no other has, the name of a model (its newest run), or `last`. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of predictions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_schema: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The columns */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchemaView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_similar: {
        parameters: {
            query: {
                /** @description The row's id (`0123456789:42`), or its position in the revision. */
                row: string;
                /** @description A column of vectors of floats, such as an embedding; not needed if there is only one. */
                column?: string;
                /** @description How many rows to find, 50 by default and 1,000 at most; greater values are clamped. */
                k?: number;
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Only rows for which this SQL condition holds. */
                where?: string;
                /** @description Only rows of this split. */
                split?: string;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimilarRows"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_stats: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Also give histograms of about this many bins (1,000 at most), quantiles, and classes by split. */
                bins?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The statistics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_stream: {
        parameters: {
            query?: {
                /** @description A branch, tag, `branch:version` or commit (default: the default branch). */
                rev?: string;
                /** @description Names of columns, separated by commas (default: all that were pushed). */
                columns?: string;
                /** @description Only rows that meet this condition, written as after SQL's WHERE. */
                where?: string;
                /** @description Only rows of this split. */
                split?: string;
                /**
                 * @description Rows of a batch, 1 to 65,536 (default 1,024; other numbers are replaced by the nearest); batches of long rows
                 *     are shorter.
                 */
                batch_size?: number;
                /**
                 * @description Shuffles by this seed, in the order of the library's epoch 0 (`StreamBuilder::shuffle`, with one lane and the
                 *     default window); the order of a seed never changes. Default: in the revision's order.
                 */
                shuffle?: number;
                /** @description Adds a last column `row_id` (uint64) with the rows' permanent ids (default false). */
                row_ids?: boolean;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Batches */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.arrow.stream": components["schemas"]["Binary"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets_ns_name_tags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTag"];
            };
        };
        responses: {
            /** @description The tag */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_v1_datasets_ns_name_tags_ref: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The name of the branch or tag. */
                ref: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tag was deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_datasets_ns_name_thumbnails: {
        parameters: {
            query: {
                /** @description The ids or positions of the rows, separated by commas, 64 at most. */
                rows: string;
                /** @description The column; by default the first that has thumbnails. */
                column?: string;
                /**
                 * @description A branch, tag, `branch:version` or commit; the default branch if missing. With a pinned one (`branch:version` or a
                 *     commit), the answer may be kept for good.
                 */
                rev?: string;
                /** @description Pixels of the longest side, 256 by default; smaller images are not enlarged. */
                size?: number;
                /** @description The format of the files; by default WebP if the request's `Accept` names it, else JPEG. */
                format?: "webp" | "jpeg";
                /** @description `cover` makes the thumbnails squares of `size`, cut from the middle. */
                fit?: "contain" | "cover";
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pack */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.hub.thumbnails": components["schemas"]["Binary"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets_ns_name_uploads: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BeginUpload"];
            };
        };
        responses: {
            /** @description The upload, and the received parts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenUpload"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_v1_datasets_ns_name_uploads_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The id of the upload. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The received parts were removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_datasets_ns_name_uploads_id_complete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The id of the upload. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object is stored */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stored"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_v1_datasets_ns_name_uploads_id_part: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description The id of the upload. */
                id: string;
                /** @description The part's number, counted from 0. */
                part: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": components["schemas"]["Binary"];
            };
        };
        responses: {
            /** @description The part was received before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stored"];
                };
            };
            /** @description The part is stored */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stored"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_deleted_uuid_restore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the data set. */
                uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The restored data set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_v1_me_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            /** @description The password was changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndedAccess"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The models, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_namespaces: {
        parameters: {
            query?: {
                /** @description `next` of the previous page. */
                cursor?: string;
                /** @description Items on the page, 100 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of namespaces */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamespaceList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_namespaces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateNamespace"];
            };
        };
        responses: {
            /** @description The namespace */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamespaceView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_namespaces_ns_members: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the namespace. */
                ns: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The members */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_v1_namespaces_ns_members_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the namespace. */
                ns: string;
                /** @description The name of the user. */
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetMember"];
            };
        };
        responses: {
            /** @description The member */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_v1_namespaces_ns_members_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the namespace. */
                ns: string;
                /** @description The name of the user. */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The member was removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_query: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryRequest"];
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>[];
                    "text/csv": string;
                    "text/plain": string;
                    "application/vnd.apache.arrow.stream": components["schemas"]["Binary"];
                    "application/vnd.apache.parquet": components["schemas"]["Binary"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Logged in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_v1_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Logged out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Setup"];
            };
        };
        responses: {
            /** @description The owner was created and is logged in */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_synsets: {
        parameters: {
            query: {
                /** @description A word, the beginning of a word, or words of a definition. */
                q: string;
                /** @description Synsets in the result, 20 by default and 200 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Synsets, best match first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SynsetList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_synsets_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A WordNet id (`n02084071`), a name (`dog.n.01`), or a word with one meaning. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The synset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SynsetPage"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_synsets_id_children: {
        parameters: {
            query?: {
                /** @description A data set, `namespace/name`; if missing, no rows are counted. */
                dataset?: string;
                /** @description The label column; not needed if the data set has only one. */
                column?: string;
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
            };
            header?: never;
            path: {
                /** @description A WordNet id (`n02084071`), a name (`dog.n.01`), or a word with one meaning. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The synset and its direct hyponyms */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SynsetChildren"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_synsets_id_datasets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A WordNet id (`n02084071`), a name (`dog.n.01`), or a word with one meaning. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The data sets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SynsetDatasets"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_synsets_id_rows: {
        parameters: {
            query: {
                /** @description The data set's full name, `namespace/name`. */
                dataset: string;
                /** @description The label column; not needed if the data set has only one. */
                column?: string;
                /** @description A branch, tag, `branch:version` or commit; the default branch if missing. */
                rev?: string;
                /** @description Only rows after this position: `next` of the previous page. */
                after?: number;
                /** @description Rows on the page, 50 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description A WordNet id (`n02084071`), a name (`dog.n.01`), or a word with one meaning. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SynsetRowList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateToken"];
            };
        };
        responses: {
            /** @description The token; its secret is shown only once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewTokenView"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_v1_tokens_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the token. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token was revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v1_users: {
        parameters: {
            query?: {
                /** @description `next` of the previous page. */
                cursor?: string;
                /** @description Items on the page, 100 by default and 1,000 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_v1_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUser"];
            };
        };
        responses: {
            /** @description The user */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedUser"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_v1_users_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the user. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user was removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_v1_users_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the user. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUser"];
            };
        };
        responses: {
            /** @description The changed user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedUser"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_files_dataset_path: {
        parameters: {
            query: {
                /** @description When the link expires, in seconds since 1970-01-01 UTC. */
                exp: number;
                /** @description The server's signature over data set, path and expiry. */
                sig: string;
            };
            header?: never;
            path: {
                /** @description The id of the data set. */
                dataset: string;
                /** @description The object's path below the data set's root. */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": components["schemas"]["Binary"];
                    "application/json": Record<string, never>;
                    "text/plain": string;
                    "application/octet-stream": components["schemas"]["Binary"];
                };
            };
            /** @description The requested range */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": components["schemas"]["Binary"];
                    "application/json": components["schemas"]["Binary"];
                    "text/plain": components["schemas"]["Binary"];
                    "application/octet-stream": components["schemas"]["Binary"];
                };
            };
            /** @description The file is in a bucket, at `Location` */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hf_api_datasets: {
        parameters: {
            query: {
                /** @description Words that must all occur in the name, the card's front matter or the summary; may be repeated. */
                search: string[];
                /** @description Only data sets of this namespace. */
                author?: string;
                /** @description The order: `createdAt` or `lastModified`, newest first; by name otherwise. */
                sort?: string;
                /** @description Include the card's front matter; false by default. */
                full?: string;
                /** @description Data sets on the page, 100 at most; greater values are clamped. */
                limit?: number;
                /** @description Set in the `Link` to the next page: where it begins. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of data sets; `Link` leads to the next */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedRepo"][];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hf_api_datasets_ns_name: {
        parameters: {
            query?: {
                /** @description Include the length and id of each file; false by default. */
                blobs?: boolean;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The repository */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepoInfo"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hf_api_datasets_ns_name_auth_check: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller may read it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hf_api_datasets_ns_name_commits_rev: {
        parameters: {
            query?: {
                /** @description Set in the `Link` to the next page: where it begins. */
                cursor?: string;
                /** @description Commits on the page, 100 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description A branch, a tag, or at least eight hex digits of a commit's id. */
                rev: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of commits; `Link` leads to the next */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepoCommit"][];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_hf_api_datasets_ns_name_paths_info_rev: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description A branch, a tag, or at least eight hex digits of a commit's id. */
                rev: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PathsInfoRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["PathsInfoRequest"];
            };
        };
        responses: {
            /** @description The files and folders that exist */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"][];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hf_api_datasets_ns_name_refs: {
        parameters: {
            query?: {
                /** @description Include pull requests, of which there are none; false by default. */
                include_prs?: boolean;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Branches and tags */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepoRefs"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hf_api_datasets_ns_name_revision_rev: {
        parameters: {
            query?: {
                /** @description Include the length and id of each file; false by default. */
                blobs?: boolean;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description A branch, a tag, or at least eight hex digits of a commit's id. */
                rev: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The repository */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepoInfo"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hf_api_datasets_ns_name_tree_rev: {
        parameters: {
            query?: {
                /** @description Include files in folders; false by default. */
                recursive?: boolean;
                /** @description Include the last commit of each entry; false by default. */
                expand?: boolean;
                /** @description Only paths that sort after this one; set in the `Link` to the next page. */
                cursor?: string;
                /** @description Entries on the page, 100 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description A branch, a tag, or at least eight hex digits of a commit's id. */
                rev: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of files and folders; `Link` leads to the next */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"][];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hf_api_datasets_ns_name_tree_rev_path: {
        parameters: {
            query?: {
                /** @description Include files in folders; false by default. */
                recursive?: boolean;
                /** @description Include the last commit of each entry; false by default. */
                expand?: boolean;
                /** @description Only paths that sort after this one; set in the `Link` to the next page. */
                cursor?: string;
                /** @description Entries on the page, 100 at most; greater values are clamped. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description A branch, a tag, or at least eight hex digits of a commit's id. */
                rev: string;
                /** @description The path of a file or folder. */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of files and folders; `Link` leads to the next */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"][];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hf_api_whoami_v2: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhoAmI"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hf_datasets_ns_name_resolve_rev_path: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data set's namespace. */
                ns: string;
                /** @description The data set's name in its namespace. */
                name: string;
                /** @description A branch, a tag, or at least eight hex digits of a commit's id. */
                rev: string;
                /** @description The path of a file or folder. */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": components["schemas"]["Binary"];
                    "text/markdown": components["schemas"]["Binary"];
                    "application/octet-stream": components["schemas"]["Binary"];
                };
            };
            /** @description The requested range */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": components["schemas"]["Binary"];
                    "text/markdown": components["schemas"]["Binary"];
                    "application/octet-stream": components["schemas"]["Binary"];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenMetrics text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/openmetrics-text": string;
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Database and store answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_setup: {
        parameters: {
            query: {
                /** @description The one-time secret. */
                secret: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The form */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["Setup"];
            };
        };
        responses: {
            /** @description The owner was created and is logged in */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request failed: a problem document (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
