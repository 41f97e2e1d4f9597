import { count, Icon, size, toast } from "../kit";
import { membersOf } from "../changes";
import { SampleLog } from "./log";
import type { Model } from "./model";
import { ObjectList } from "./object_list";
import { PredictionPanel } from "./prediction_panel";
import { pickLabel, Suggestions } from "./suggestions";
import { labelTarget, targetOf } from "./target";
import { FactRow, TextRow } from "./value_rows";
import { factsOf, textsOf } from "./words";

/** What is known of the sample, beside the stage. */
export function Panel({ model }: { model: Model }) {
  const page = model.page.value;
  if (!page) return null;
  const canWrite = model.changes !== null && !model.isRemoved.value;
  const columns = model.columns.value;
  const labels = columns.filter((one) => one.feature.type === "class_label");
  const texts = columns.map((column) => ({ column: column.name, parts: textsOf(column.feature, model.valueOf(column.name)) })).filter(({ parts }) => parts.length > 0);
  return (
    <>
      {model.trouble.value !== "" && (
        <section>
          <p class="note bad any" role="alert">
            {model.trouble.value}
          </p>
        </section>
      )}
      {model.isRemoved.value && (
        <section>
          <div class="note w">
            <p>This sample will be removed by your commit.</p>
            <button type="button" class="btn s" onClick={() => model.takeBack(model.ofRow.value.filter((change) => change.column === null))}>
              <Icon name="undo-2" />
              Put back
            </button>
          </div>
        </section>
      )}
      <PredictionPanel model={model} canWrite={canWrite} />
      {labels.map(({ name }) => (
        <LabelSection key={name} model={model} column={name} canWrite={canWrite} />
      ))}
      <ObjectList model={model} canWrite={canWrite} />
      {texts.map(({ column, parts }) => (
        <section key={column}>
          <header>
            <h2>{column}</h2>
            {parts.length > 1 && <span class="dim3 num">{parts.length}</span>}
          </header>
          {parts.map((part) => (
            <TextRow key={part.path} model={model} column={column} part={part} canWrite={canWrite} />
          ))}
        </section>
      ))}
      <OtherPictures model={model} />
      <section>
        <header>
          <h2>Facts</h2>
          <button type="button" class="btn s g end" onClick={() => void copy(page.row.row_id)}>
            <Icon name="copy" />
            Row id
          </button>
        </header>
        <dl class="kv num">
          <MediaFacts model={model} />
          {factsOf(columns, (column) => model.valueOf(column)).map((fact) => (
            <FactRow key={fact.column} model={model} fact={fact} canWrite={canWrite} />
          ))}
          <dt>Row</dt>
          <dd>
            <code>{page.row.row_id}</code>
          </dd>
        </dl>
      </section>
      <SampleLog model={model} />
      {canWrite && (
        <section>
          <button type="button" class="btn s bad" aria-keyshortcuts="X" onClick={() => model.removeSample()}>
            <Icon name="trash-2" />
            Remove sample <kbd>X</kbd>
          </button>
        </section>
      )}
    </>
  );
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard?.writeText(text);
  toast(navigator.clipboard ? "The row's id is copied." : `The row's id is ${text}.`);
}

/** The other columns with pictures, such as masks. */
function OtherPictures({ model }: { model: Model }) {
  const others = Object.entries(model.values.value).flatMap(([column, value]) => {
    const { thumbnail, url } = membersOf(value);
    return column !== model.props.media && typeof thumbnail === "string" ? [{ column, thumbnail, url }] : [];
  });
  return (
    <>
      {others.map(({ column, thumbnail, url }) => (
        <section key={column}>
          <header>
            <h2>{column}</h2>
          </header>
          <a href={typeof url === "string" ? url : thumbnail}>
            <img class="im" src={`${thumbnail}&size=384`} alt={column} loading="lazy" />
          </a>
        </section>
      ))}
    </>
  );
}

/** Size, format and facts of the file. */
function MediaFacts({ model }: { model: Model }) {
  const media = model.media.value;
  if (!media) return null;
  const number = (name: string) => (typeof media[name] === "number" ? (media[name] as number) : undefined);
  const word = (name: string) => (typeof media[name] === "string" ? (media[name] as string) : undefined);
  const picture = model.size.value;
  const bytes = number("size_bytes");
  const sizes = [picture && `${count(picture.width)} × ${count(picture.height)}`, bytes === undefined ? undefined : size(bytes)].filter((one) => one);
  const facts: [string, string | undefined][] = [
    ["Size", sizes.join(", ")],
    ["Format", word("media_type")],
    ["Codec", word("codec")],
    ["Duration", number("duration") === undefined ? undefined : `${number("duration")?.toFixed(2)} s`],
    ["Sample rate", number("sample_rate") === undefined ? undefined : `${count(number("sample_rate") ?? 0)} Hz`],
    ["Frames", number("frames") === undefined ? undefined : count(number("frames") ?? 0)],
    ["File", word("name")],
  ];
  return (
    <>
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </>
  );
}

function LabelSection({ model, column, canWrite }: { model: Model; column: string; canWrite: boolean }) {
  const { was, now } = model.labelOf(column);
  const { synset } = membersOf(model.values.value[column]);
  const target = targetOf(model);
  const own = labelTarget(model, column);
  return (
    <section>
      <header>
        <h2>{column}</h2>
        {canWrite && (
          <button type="button" class="btn s g end" aria-keyshortcuts={target?.label === column ? "L" : undefined} onClick={(event) => pickLabel(model, own, event.currentTarget)}>
            <Icon name="pencil" />
            Change {target?.label === column && <kbd>L</kbd>}
          </button>
        )}
      </header>
      <p class="any">
        {was !== now && <s class="dim3">{was ?? "no label"}</s>} <b>{now ?? "no label"}</b>{" "}
        {now === was && typeof synset === "string" && (
          <a class="lk" href={`/concepts/${synset}`}>
            {synset}
          </a>
        )}
      </p>
      {canWrite && target?.label === column && <Suggestions model={model} target={target} />}
    </section>
  );
}
