import { counted, Dialog, render, useState } from "../kit";

interface TagProps {
  column: string;
  samples: number;
  onTag: (tag: string) => void;
  onClose: () => void;
}

function TagDialog({ column, samples, onTag, onClose }: TagProps) {
  const [tag, setTag] = useState("");
  return (
    <Dialog title={`Add to ${column} of ${counted(samples, "sample")}`} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (tag.trim() !== "") onTag(tag.trim());
        }}
      >
        <label>
          Tag
          <input value={tag} onInput={(event) => setTag(event.currentTarget.value)} maxLength={200} autocomplete="off" autofocus />
        </label>
        <div class="acts">
          <button class="btn p">Add</button>
        </div>
      </form>
    </Dialog>
  );
}

/** Asks for a tag. */
export function openTagDialog(column: string, samples: number, onTag: (tag: string) => void): void {
  const layer = document.createElement("div");
  document.body.append(layer);
  const close = () => {
    render(null, layer);
    layer.remove();
  };
  const done = (tag: string) => {
    close();
    onTag(tag);
  };
  render(<TagDialog column={column} samples={samples} onTag={done} onClose={close} />, layer);
}
