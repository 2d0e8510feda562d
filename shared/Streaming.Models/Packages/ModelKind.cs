namespace Streaming.Models.Packages;

/// <summary>What a model takes and gives.</summary>
public enum ModelKind
{
    /// <summary>One row of features in, a probability for each label (or for the positive one) out.</summary>
    Classifier,

    /// <summary>One row of features in, one number out.</summary>
    Regressor,

    /// <summary>The last rows of features in, a number or probabilities out.</summary>
    Sequence,

    /// <summary>Named tensors in, named tensors out.</summary>
    Tensors,

    /// <summary>A picture in, what is seen on it out.</summary>
    Image,
}
