import { percent } from "./format";
import { Icon } from "./icon";

interface Answer {
  name: string;
  probability: number;
  synset?: string | null;
  /** Is it the label of the sample? */
  isLabel?: boolean;
}

/** The most probable classes of a prediction, with their probabilities as bars. */
export function Answers({ classes }: { classes: readonly Answer[] }) {
  return (
    <ol class="answers">
      {classes.map(({ name, probability, synset, isLabel }) => (
        <li>
          <span class="any">
            {isLabel && (
              <>
                <Icon name="check" />
                <span class="sr">the label: </span>
              </>
            )}
            {synset ? <a class="lk" href={`/concepts/${synset}`}>{name}</a> : name}
          </span>
          <b class="num">{percent(probability)}</b>
          <svg class="bar" aria-hidden="true">
            <rect width={`${(probability * 100).toFixed(2)}%`} height="100%" rx="3" />
          </svg>
        </li>
      ))}
    </ol>
  );
}
